"""Register of committees (ban chỉ đạo, tổ biên tập, cơ quan thường trực): members, assignments, meetings, copies."""
