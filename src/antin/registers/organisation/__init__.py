"""Register of organisation (tổ chức bộ máy): offices and posts of this agency, and where units stand."""
