def thrust(height, speed, fuel):
    return "a little"
