"""What equations do without simulating them: nullclines, equilibria and their stability."""
