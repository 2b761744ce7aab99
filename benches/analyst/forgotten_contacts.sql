-- How many contacts did each employee of ours meet last before December 2024?
SELECT employee.iri AS employee, contacts
FROM (
  SELECT employee, count(*) AS contacts
  FROM (
    SELECT employee, contact, max(date) AS last
    FROM meeting
    WHERE employee IS NOT NULL AND contact IS NOT NULL
    GROUP BY employee, contact
    HAVING max(date) < DATE '2024-12-01'
  )
  GROUP BY employee
) JOIN employee ON employee.id = employee
ORDER BY contacts DESC, employee.iri
LIMIT 20
