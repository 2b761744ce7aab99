-- How many accounts buy each product, and when was it first and last bought?
SELECT product.iri AS product, count(DISTINCT account) AS accounts, min(date) AS first, max(date) AS last
FROM sale JOIN product ON product.id = sale.product
GROUP BY product.iri
ORDER BY product.iri
