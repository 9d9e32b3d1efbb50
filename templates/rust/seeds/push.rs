// Random points; each is pushed a little away from its nearest neighbour, a few times.
use std::io::Read;

const ROUNDS: usize = 4;
const STEP: f64 = 0.02;

/// The whole number that follows a name in a JSON object.
fn number(text: &str, name: &str) -> u64 {
    let after = text.split(&format!("\"{}\":", name)).nth(1).unwrap_or("0").trim_start();
    after.chars().take_while(|c| c.is_ascii_digit()).collect::<String>().parse().unwrap_or(0)
}

fn main() {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).unwrap();
    let (n, mut state) = (number(&text, "n") as usize, number(&text, "seed") + 1);
    let mut draw = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 11) as f64 / 9007199254740992.0
    };
    let mut points: Vec<(f64, f64)> = (0..n).map(|_| (draw(), draw())).collect();
    for _ in 0..ROUNDS {
        for i in 0..n {
            let (x, y) = points[i];
            let gap = |j: usize| (x - points[j].0).hypot(y - points[j].1);
            let near = (0..n).filter(|&j| j != i).min_by(|&a, &b| gap(a).total_cmp(&gap(b))).unwrap();
            let far = gap(near) + 1e-9;
            let (dx, dy) = (STEP * (x - points[near].0) / far, STEP * (y - points[near].1) / far);
            points[i] = ((x + dx).clamp(0.0, 1.0), (y + dy).clamp(0.0, 1.0));
        }
    }
    let said: Vec<String> = points.iter().map(|(x, y)| format!("[{:?}, {:?}]", x, y)).collect();
    println!("[{}]", said.join(", "));
}
