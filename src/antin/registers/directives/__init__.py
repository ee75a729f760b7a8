"""Register of directives (chỉ thị, nghị quyết, quyết định, kế hoạch): issued, acknowledged, studied."""
