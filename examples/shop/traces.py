"""The stack traces that the faults leave, in the words of each language's runtime."""

COUPON_TRACE = """\
Exception in ASGI application
Traceback (most recent call last):
  File "/app/shop_api/pricing/coupons.py", line 88, in find_discount
    return self._rules[code]
           ~~~~~~~~~~~^^^^^^
KeyError: '{coupon}'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/usr/local/lib/python3.11/site-packages/uvicorn/protocols/http/httptools_impl.py", \
line 409, in run_asgi
    result = await app(  # type: ignore[func-returns-value]
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/usr/local/lib/python3.11/site-packages/fastapi/routing.py", line 214, in \
run_endpoint_function
    return await dependant.call(**values)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/app/shop_api/routes/checkout.py", line 142, in place_order
    total = price_basket(basket, coupons)
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/app/shop_api/pricing/basket.py", line 57, in price_basket
    discount = coupons.find_discount(basket.coupon)
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/app/shop_api/pricing/coupons.py", line 91, in find_discount
    return self._fallback.discount(code)
           ^^^^^^^^^^^^^^^^^^^^^^^
AttributeError: 'NoneType' object has no attribute 'discount'"""

COMPANION_TRACE = """\
TypeError: Cannot read properties of undefined (reading 'stems')
    at pickCompanions (/srv/web/src/recommend/companions.ts:41:27)
    at Array.map (<anonymous>)
    at companionsFor (/srv/web/src/recommend/companions.ts:58:18)
    at renderBouquetPage (/srv/web/src/pages/bouquet.ts:118:19)
    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)
    at async handleRequest (/srv/web/node_modules/fastify/lib/handleRequest.js:137:5)"""

# One line with a literal backslash-n between the frames, as some formatters leave it.
LOCALE_TRACE = (
    "Confirmation for {user} not rendered: "
    "java.util.IllformedLocaleException: Ill-formed language: x_nl_be [at index 0]"
    r"\n\tat java.base/java.util.Locale$Builder.setLanguage(Locale.java:2742)"
    r"\n\tat eu.flowershop.mailer.Templates.localeOf(Templates.java:83)"
    r"\n\tat eu.flowershop.mailer.Confirmation.render(Confirmation.java:102)"
    r"\n\tat eu.flowershop.mailer.PushEndpoint.accept(PushEndpoint.java:55)"
)
