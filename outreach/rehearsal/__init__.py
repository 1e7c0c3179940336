"""A history played through the real product: its tables, planning and delivery; made-up answers; a moved clock."""
