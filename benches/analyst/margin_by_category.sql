-- What is the margin of each category of product, in percent?
SELECT category, sum(margin) AS total, 100.0 * sum(margin) / sum(amount) AS percent
FROM sale JOIN product ON product.id = sale.product
WHERE margin IS NOT NULL AND category IS NOT NULL
GROUP BY category
ORDER BY category
