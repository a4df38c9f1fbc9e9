"""Who takes part in what in the world of the matrix, and what each house may be."""

# What stands where, as a person would say it: who takes part in which entrustment today, and on which side.
TAKING_PART = {
    "entrustment": {
        "chengyue": "registrant",
        "hengrui": "manufacturer",
        "shanghai": "authority",
        "jiangsu": "authority",
    },
    "rival_entrustment": {"lantai": "registrant", "hengrui": "manufacturer", "jiangsu": "authority"},
    "strange_entrustment": {"qihe": "registrant", "anhe": "manufacturer", "guangdong": "authority"},
    # Anhe took part until yesterday; the authority of Shanghai will from tomorrow on.
    "former_entrustment": {"lantai": "registrant"},
    "proposed": {"chengyue": "registrant", "hengrui": "manufacturer", "shanghai": "authority"},
    "eligible": {"chengyue": "registrant", "hengrui": "manufacturer", "shanghai": "authority", "jiangsu": "authority"},
}
HOUSES = {
    "chengyue": {"registrant"},
    "hengrui": {"manufacturer"},
    "lantai": {"registrant"},
    "qihe": {"registrant", "manufacturer"},
    "anhe": {"manufacturer"},
    "shanghai": {"authority"},
    "jiangsu": {"authority"},
    "guangdong": {"authority"},
}
