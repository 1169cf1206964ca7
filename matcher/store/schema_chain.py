"""What the pages of a chain need to find their rows among very many (产业链)."""

CHAIN = """
CREATE INDEX demands_by_chain ON demands(chain);
CREATE INDEX supplies_by_product ON supplies(product_name);
"""
