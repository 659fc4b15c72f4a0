"""OneRoster 1.1 and 1.2 of 1EdTech: records as JSON, the zip of CSV files, the grammar of filters, errors.

Source: connectors reference §6.1 and §6.2.
"""
