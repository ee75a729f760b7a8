"""Register of reviews (sơ kết, tổng kết), contributions, proposals (kiến nghị) and commendations (biểu dương)."""
