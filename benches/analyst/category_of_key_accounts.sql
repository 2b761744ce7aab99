-- What do key accounts buy, by category of product?
SELECT category, count(*) AS sales, sum(quantity) AS pieces, sum(amount) AS revenue
FROM sale
JOIN account ON account.id = sale.account
JOIN product ON product.id = sale.product
WHERE is_key AND quantity IS NOT NULL AND category IS NOT NULL
GROUP BY category
ORDER BY category
