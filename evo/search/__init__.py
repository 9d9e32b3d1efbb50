"""The loop: tickets, budget, restore."""
