"""The rules of eligibility besides the prohibited catalogue: declared once, each with its source."""

from datetime import date

from agreements import eligibility_evidence as evidence
from agreements.argument import Rule
from agreements.reading import fingerprint
from workflows.engine import Source
from workflows.words import N_

ANNOUNCEMENT_2024_38 = date(2024, 6, 1)

# Raise by one whenever a function in eligibility_evidence answers differently for some inputs.
EDITION = 1


RULES: tuple[Rule, ...] = (
    Rule(
        code="product-consistent",
        group="product",
        says=N_("The answers about the product agree with one another."),
        asks=N_("Correct the answers about the product."),
        judge=evidence.product_consistent,
        origin="product",
        sources=(Source("HOUSE", "product-consistent"),),
        mend="product",
    ),
    Rule(
        code="certificate-valid",
        group="certificate",
        says=N_("The registration certificate is valid on this day."),
        asks=N_("Record the registration certificate or class I filing with its dates."),
        judge=evidence.certificate_valid,
        origin="certificate.valid_until",
        sources=(Source("ORDER-47", "58"), Source("ORDER-739", "22")),
        mend="certificate",
    ),
    Rule(
        code="certificate-of-product",
        group="certificate",
        says=N_("The certificate is the one of this product and of its class."),
        asks=N_("Record number and class on the product and on its certificate."),
        judge=evidence.certificate_of_product,
        origin="certificate.number",
        sources=(Source("ORDER-47", "115"),),
        mend="certificate",
    ),
    Rule(
        code="certificate-of-registrant",
        group="certificate",
        says=N_("The certificate names this registrant."),
        asks=N_("Record the registrant's name as the certificate prints it."),
        judge=evidence.certificate_of_registrant,
        origin="certificate.registrant_name",
        sources=(Source("ORDER-739", "34"),),
        mend="certificate",
    ),
    Rule(
        code="licence-valid",
        group="licence",
        says=N_("The manufacturer's production licence is valid on this day."),
        asks=N_("Record the manufacturer's production licence or class I filing with its dates."),
        judge=evidence.licence_valid,
        origin="licence.valid_until",
        sources=(Source("ORDER-53", "4"), Source("ORDER-53", "14")),
        mend="licence",
    ),
    Rule(
        code="licence-scope",
        group="licence",
        says=N_("The licence's scope covers the product's code and class."),
        asks=N_("Record the scope of the licence, and the product's code and class."),
        judge=evidence.licence_scope,
        origin="licence.scope",
        sources=(Source("ORDER-53", "14"), Source("ORDER-53", "74")),
        mend="licence",
    ),
    Rule(
        code="licence-site",
        group="licence",
        says=N_("The production site is named on the licence."),
        asks=N_("Record the production addresses of the licence, and the site of this entrustment."),
        judge=evidence.licence_site,
        origin="licence.sites",
        sources=(Source("ORDER-53", "14"), Source("ORDER-53", "74")),
        mend="licence",
    ),
    Rule(
        code="inspection-passed",
        group="inspection",
        says=N_("The quality system passed its inspection, and the result still counts."),
        asks=N_("Record the result of the quality-system inspection."),
        judge=evidence.inspection_passed,
        origin="inspection",
        sources=(Source("NOTICE-2022-50"), Source("ANN-2024-38", "(16)")),
        mend="inspection",
    ),
    Rule(
        code="credit-statement",
        group="credit",
        says=N_("The manufacturer's credit statement is on file and not older than 12 months."),
        asks=N_("Obtain the manufacturer's credit statement and file it with its date."),
        judge=evidence.credit_statement_fresh,
        origin="credit_statement.on",
        sources=(Source("ANN-2024-38", "(2)"), Source("HOUSE", "evidence-12-months")),
        mend="credit_statement",
        since=ANNOUNCEMENT_2024_38,
    ),
    Rule(
        code="credit-check",
        group="credit",
        says=N_("Public regulator data about the manufacturer was consulted in the last 12 months."),
        asks=N_("Consult the public regulator data about the manufacturer and file what was found, with its date."),
        judge=evidence.credit_check_fresh,
        origin="credit_check.on",
        sources=(Source("ANN-2024-38", "(2)"), Source("HOUSE", "evidence-12-months")),
        mend="credit_check",
        since=ANNOUNCEMENT_2024_38,
    ),
    Rule(
        code="credit-weighed",
        group="credit",
        says=N_("Nothing adverse was found about the manufacturer, or it was weighed in writing."),
        asks=N_("Record whether anything adverse was found."),
        judge=evidence.credit_weighed,
        origin="credit_check.adverse",
        sources=(Source("ANN-2024-38", "(2)"), Source("HOUSE", "adverse-weighed")),
        mend="credit_check",
        since=ANNOUNCEMENT_2024_38,
    ),
    Rule(
        code="functions-named",
        group="organisation",
        says=N_("The registrant has named who heads technology, production, quality, adverse events and after-sales."),
        asks=N_("Name the head of each of the registrant's five functions."),
        judge=evidence.functions_named,
        origin="functions",
        sources=(Source("ANN-2024-38", "(1)"),),
        mend="functions",
        since=ANNOUNCEMENT_2024_38,
    ),
    Rule(
        code="quality-independent",
        group="organisation",
        says=N_("The registrant's quality department is independent."),
        asks=N_("Record whether the registrant's quality department is independent."),
        judge=evidence.quality_independent,
        origin="functions.quality_independent",
        sources=(Source("ANN-2024-38", "(1)"),),
        mend="functions",
        since=ANNOUNCEMENT_2024_38,
    ),
    Rule(
        code="quality-staff",
        group="organisation",
        says=N_("The registrant employs full-time quality staff."),
        asks=N_("Record how many full-time quality staff the registrant employs."),
        judge=evidence.quality_staff,
        origin="functions.full_time_quality_staff",
        sources=(Source("ANN-2024-38", "(1)"),),
        mend="functions",
        since=ANNOUNCEMENT_2024_38,
    ),
    Rule(
        code="residents-settled",
        group="residents",
        says=N_("If the product is implantable, residents will be posted, or the exception is reasoned."),
        asks=N_("Plan who will be posted at the site, or give the reason why nobody is."),
        judge=evidence.residents_settled,
        origin="residents",
        sources=(Source("ANN-2024-38", "(3)"),),
        mend="residents",
        since=ANNOUNCEMENT_2024_38,
    ),
    Rule(
        code="certificate-address-marked",
        group="certificate-marks",
        says=N_("The certificate shows the site's address followed by the mark of entrusted production."),
        asks=N_("Record the production address as the certificate prints it."),
        judge=evidence.certificate_address_marked,
        origin="certificate.address",
        sources=(Source("ANN-2024-38", "(13)"),),
        mend="certificate",
        blocking=False,
        since=ANNOUNCEMENT_2024_38,
    ),
    Rule(
        code="certificate-remark",
        group="certificate-marks",
        says=N_("The certificate's remark names the manufacturer and its unified social credit code."),
        asks=N_("Record the remark as the certificate prints it."),
        judge=evidence.certificate_remark,
        origin="certificate.remark",
        sources=(Source("ANN-2024-38", "(13)"),),
        mend="certificate",
        blocking=False,
        since=ANNOUNCEMENT_2024_38,
    ),
)

RULES_VERSION = fingerprint(
    {
        "edition": EDITION,
        "rules": [
            [
                rule.code,
                rule.says,
                [str(source) for source in rule.sources],
                rule.blocking,
                rule.since.isoformat() if rule.since else None,
            ]
            for rule in RULES
        ],
    }
)
