-- What has one account bought, by date?
SELECT date, sale.iri AS sale, amount
FROM sale
WHERE account = (SELECT id FROM account WHERE iri = 'https://w3id.org/kagraph/id/account/ACC-00013')
ORDER BY date, sale.iri
