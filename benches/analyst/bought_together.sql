-- What else do the accounts buy that buy the first product?
SELECT product.iri AS other, count(DISTINCT sale.account) AS accounts
FROM sale JOIN product ON product.id = sale.product
WHERE product.iri <> 'https://w3id.org/kagraph/id/product/PR-101'
  AND sale.account IN (
    SELECT account FROM sale
    WHERE product = (SELECT id FROM product WHERE iri = 'https://w3id.org/kagraph/id/product/PR-101'))
GROUP BY product.iri
ORDER BY accounts DESC, product.iri
