"""What a body shows to the world in formats that are not ours."""
