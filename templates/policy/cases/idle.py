def thrust(height, speed, fuel):
    return 0
