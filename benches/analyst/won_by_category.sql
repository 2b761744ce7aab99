-- How many opportunities were won and lost, and for how much, by category?
SELECT category,
  sum(CASE WHEN outcome = 'won' THEN 1 ELSE 0 END) AS won,
  sum(CASE WHEN outcome = 'lost' THEN 1 ELSE 0 END) AS lost,
  sum(CASE WHEN outcome = 'won' THEN amount ELSE 0 END) AS revenue
FROM chance JOIN product ON product.id = chance.product
WHERE outcome IS NOT NULL AND category IS NOT NULL
GROUP BY category
ORDER BY category
