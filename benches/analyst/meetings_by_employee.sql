-- How do our people meet others: twenty greatest numbers by employee and channel?
SELECT employee.iri AS employee, channel, count(*) AS meetings, count(DISTINCT contact) AS contacts
FROM meeting JOIN employee ON employee.id = meeting.employee
WHERE channel IS NOT NULL AND contact IS NOT NULL
GROUP BY employee.iri, channel
ORDER BY meetings DESC, employee.iri, channel
LIMIT 20
