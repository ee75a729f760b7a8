"""Register of inspections (kiểm tra): planned, findings made, answered and followed until closed."""
