-- Which ten groups buy most, with everything below them?
WITH RECURSIVE below(child, parent) AS (
  SELECT child, parent FROM part_of
  UNION
  SELECT below.child, part_of.parent FROM below JOIN part_of ON part_of.child = below.parent
)
SELECT grouping.iri AS "group", count(DISTINCT account.id) AS accounts, sum(amount) AS revenue
FROM below
JOIN grouping ON grouping.iri = below.parent
JOIN account ON account.iri = below.child
JOIN sale ON sale.account = account.id
GROUP BY grouping.iri
ORDER BY revenue DESC, grouping.iri
LIMIT 10
