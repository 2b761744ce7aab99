-- Which twenty buying units spend most on one product?
SELECT unit.iri AS unit, product.iri AS product, revenue
FROM (SELECT unit, product, sum(amount) AS revenue FROM sale WHERE unit IS NOT NULL AND product IS NOT NULL GROUP BY unit, product)
JOIN unit ON unit.id = unit
JOIN product ON product.id = product
ORDER BY revenue DESC, unit.iri, product.iri
LIMIT 20
