"""What each piece of evidence says on the day: True, False or None for unknown, and the fact that decided it."""

from datetime import date

from agreements.conditions import code_is
from agreements.evidence import Functions, Inputs
from agreements.identifiers import normalise, normalise_uscc, parse_remarks
from workflows.words import N_, Said

Found = tuple[bool | None, Said]

NO_CERTIFICATE: Found = (None, Said(N_("No certificate is recorded.")))
NO_LICENCE: Found = (None, Said(N_("No production licence is recorded.")))


def product_consistent(inputs: Inputs) -> Found:
    product = inputs.product
    if product.is_allogeneic and product.contains_allogeneic_material is False:
        return False, Said(N_("The product is called allogeneic, yet said to contain no allogeneic material."))
    if product.directly_from_animal_tissue and product.contains_animal_origin_material is False:
        return False, Said(N_("The product is taken from animal tissue, yet said to contain nothing of animal origin."))
    return True, Said(N_("No answer contradicts another."))


def certificate_valid(inputs: Inputs) -> Found:
    certificate = inputs.certificate
    if certificate is None:
        return NO_CERTIFICATE
    endless = "I" in (certificate.device_class, inputs.product.device_class)
    return _valid(inputs.on, certificate.valid_from, certificate.valid_until, endless=endless)


def certificate_of_product(inputs: Inputs) -> Found:
    certificate, product = inputs.certificate, inputs.product
    if certificate is None:
        return NO_CERTIFICATE
    if product.certificate_number and normalise(product.certificate_number) != normalise(certificate.number):
        return False, Said(
            N_("The product is recorded under %(wanted)s, the certificate is %(number)s."),
            {"wanted": product.certificate_number, "number": certificate.number},
        )
    if None not in (certificate.device_class, product.device_class):
        if certificate.device_class != product.device_class:
            return False, Said(
                N_("The product is of class %(product)s, the certificate of class %(certificate)s."),
                {"product": product.device_class or "", "certificate": certificate.device_class or ""},
            )
        if product.certificate_number:
            return True, Said(N_("Both say %(number)s."), {"number": certificate.number})
    return None, Said(N_("Number or class is not recorded on both."))


def certificate_of_registrant(inputs: Inputs) -> Found:
    if inputs.certificate is None:
        return NO_CERTIFICATE
    printed = inputs.certificate.registrant_name
    if not printed:
        return None, Said(N_("The registrant's name on the certificate is not recorded."))
    same = normalise(printed) == normalise(inputs.registrant.name)
    return same, Said(N_("The certificate names %(name)s."), {"name": printed})


def licence_valid(inputs: Inputs) -> Found:
    if inputs.licence is None:
        return NO_LICENCE
    endless = inputs.product.device_class == "I"
    return _valid(inputs.on, inputs.licence.valid_from, inputs.licence.valid_until, endless=endless)


def licence_scope(inputs: Inputs) -> Found:
    licence, product = inputs.licence, inputs.product
    if licence is None:
        return NO_LICENCE
    if not licence.scope or product.code is None or product.device_class is None:
        return None, Said(N_("The scope of the licence, or the code or class of the product, is not recorded."))
    of_class = [line.code_prefix for line in licence.scope if line.device_class == product.device_class]
    values: dict[str, str | int] = {"code": product.code, "device_class": product.device_class}
    covering = [prefix for prefix in of_class if code_is(product.code, (prefix,))]
    if covering:
        values["line"] = covering[0]
        return True, Said(N_("The scope line %(line)s covers %(code)s, class %(device_class)s."), values)
    if any(code_is(product.code, (prefix,)) is None for prefix in of_class):
        return None, Said(N_("%(code)s is too short to compare with the scope; give the full code."), values)
    return False, Said(N_("No scope line covers %(code)s, class %(device_class)s."), values)


def licence_site(inputs: Inputs) -> Found:
    if inputs.licence is None:
        return NO_LICENCE
    if inputs.site is None or not inputs.licence.sites:
        return None, Said(N_("The site, or the addresses on the licence, are not recorded."))
    named = {normalise(each) for each in inputs.licence.sites}
    places = [each for each in (inputs.site.address, inputs.site.name) if each]
    found = any(normalise(each) in named for each in places)
    says = N_("The licence names %(site)s.") if found else N_("The licence does not name %(site)s.")
    return found, Said(says, {"site": places[0] if places else ""})


def inspection_passed(inputs: Inputs) -> Found:
    inspection = inputs.inspection
    if inspection is None:
        return None, Said(N_("No inspection is recorded."))
    values: dict[str, str | int] = {"on": inspection.on.isoformat()}
    if inspection.on > inputs.on:
        return False, Said(N_("The inspection is dated %(on)s, after this day."), values)
    if inspection.result == "failed":
        return False, Said(N_("The inspection of %(on)s was failed."), values)
    if inspection.valid_until and inspection.valid_until < inputs.on:
        values["until"] = inspection.valid_until.isoformat()
        return False, Said(N_("The inspection of %(on)s counted until %(until)s."), values)
    if inspection.result == "passed-after-rectification":
        return True, Said(N_("The inspection of %(on)s was passed after rectification."), values)
    return True, Said(N_("The inspection of %(on)s was passed."), values)


def credit_statement_fresh(inputs: Inputs) -> Found:
    if inputs.credit_statement is None:
        return None, Said(N_("No credit statement is on file."))
    return _fresh(inputs.on, inputs.credit_statement.on)


def credit_check_fresh(inputs: Inputs) -> Found:
    if inputs.credit_check is None:
        return None, Said(N_("No look into public regulator data is on file."))
    return _fresh(inputs.on, inputs.credit_check.on)


def credit_weighed(inputs: Inputs) -> Found:
    check = inputs.credit_check
    if check is None:
        return None, Said(N_("No look into public regulator data is on file."))
    if check.adverse is None:
        return None, Said(N_("It is not recorded whether anything adverse was found."))
    if not check.adverse:
        return True, Said(N_("Nothing adverse was found."))
    if check.note.strip():
        return True, Said(N_("Something adverse was found and weighed: %(note)s"), {"note": check.note.strip()})
    return False, Said(N_("Something adverse was found, and nobody wrote down why it is acceptable."))


def functions_named(inputs: Inputs) -> Found:
    functions = inputs.functions
    if functions is None:
        return None, Said(N_("The registrant's organisation is not recorded."))
    if functions.entrust_only is False:
        return _NOT_ENTRUST_ONLY
    heads = [getattr(functions, name) or "" for name in FIVE_FUNCTIONS]
    if empty := sum(not head.strip() for head in heads):
        return False, Said(N_("Of the five functions, %(count)s have no head."), {"count": empty})
    return True, Said(N_("All five functions have a head."))


def quality_independent(inputs: Inputs) -> Found:
    if (settled := _organisation(inputs.functions)) is not None:
        return settled
    independent = inputs.functions.quality_independent if inputs.functions else None
    if independent is None:
        return None, Said(N_("It is not recorded whether the quality department is independent."))
    if independent:
        return True, Said(N_("The quality department is independent."))
    return False, Said(N_("The quality department is not independent."))


def quality_staff(inputs: Inputs) -> Found:
    if (settled := _organisation(inputs.functions)) is not None:
        return settled
    staff = inputs.functions.full_time_quality_staff if inputs.functions else None
    if staff is None:
        return None, Said(N_("The number of full-time quality staff is not recorded."))
    return staff > 0, Said(N_("Full-time quality staff: %(count)s."), {"count": staff})


def residents_settled(inputs: Inputs) -> Found:
    residents = inputs.residents
    if inputs.product.is_implantable is False:
        return True, Said(N_("The product is not implantable."))
    if residents is not None and residents.posted > 0:
        return True, Said(N_("To be posted at the site: %(count)s."), {"count": residents.posted})
    if residents is not None and (residents.exception or "").strip():
        return True, Said(N_("Nobody is posted, because: %(reason)s"), {"reason": (residents.exception or "").strip()})
    if residents is None or inputs.product.is_implantable is None:
        return None, Said(N_("Neither residents nor an exception are recorded."))
    return False, Said(N_("Nobody will be posted and no reason is given."))


def certificate_address_marked(inputs: Inputs) -> Found:
    if inputs.certificate is None:
        return NO_CERTIFICATE
    printed, site = inputs.certificate.address, inputs.site
    if not printed or site is None or not site.address:
        return None, Said(N_("The address on the certificate, or the address of the site, is not recorded."))
    marked = f"{normalise(site.address)}(委托生产)" in normalise(printed)
    return marked, Said(N_("The certificate prints: %(address)s"), {"address": printed})


def certificate_remark(inputs: Inputs) -> Found:
    if inputs.certificate is None:
        return NO_CERTIFICATE
    if not inputs.certificate.remark:
        return None, Said(N_("The remark on the certificate is not recorded."))
    wanted = normalise(inputs.manufacturer.name), normalise_uscc(inputs.manufacturer.uscc)
    partners = parse_remarks(inputs.certificate.remark)
    named = any((normalise(name), uscc) == wanted for name, uscc in partners)
    return named, Said(N_("The certificate remarks: %(remark)s"), {"remark": inputs.certificate.remark})


FIVE_FUNCTIONS = ("technology", "production", "quality", "adverse_events", "after_sales")

_NOT_ENTRUST_ONLY: Found = (True, Said(N_("The registrant also produces itself, so this is not asked of it.")))


def _organisation(functions: Functions | None) -> Found | None:
    if functions is None:
        return None, Said(N_("The registrant's organisation is not recorded."))
    return _NOT_ENTRUST_ONLY if functions.entrust_only is False else None


def _valid(on: date, since: date | None, until: date | None, *, endless: bool) -> Found:
    if since is not None and on < since:
        return False, Said(N_("It is valid only from %(since)s."), {"since": since.isoformat()})
    if until is not None and until < on:
        return False, Said(N_("It was valid until %(until)s."), {"until": until.isoformat()})
    if since is None:
        return None, Said(N_("The day from which it is valid is not recorded."))
    if until is not None:
        return True, Said(N_("It is valid until %(until)s."), {"until": until.isoformat()})
    if endless:
        return True, Said(N_("A class I filing has no last day."))
    return None, Said(N_("The last day of its validity is not recorded."))


def _fresh(on: date, dated: date) -> Found:
    values: dict[str, str | int] = {"dated": dated.isoformat()}
    if dated > on:
        return False, Said(N_("It is dated %(dated)s, after this day."), values)
    if dated < _a_year_before(on):
        return False, Said(N_("It is dated %(dated)s, more than 12 months before this day."), values)
    return True, Said(N_("It is dated %(dated)s."), values)


def _a_year_before(on: date) -> date:
    leap_day = (on.month, on.day) == (2, 29)
    return date(on.year - 1, 2, 28) if leap_day else on.replace(year=on.year - 1)
