"""The peer of `jinqiao model train`: optbinning's scorecard with scikit-learn's logistic regression on the same split.

Arguments: data file (CSV, plain or .gz, with `row_id` and `target`), split file (`row_id,part`), and, if wanted, columns
to leave out, separated by commas. Columns that do not hold numbers, and codes with zeros in front, are categories.
Reading the file, training and scoring the test rows are timed; imports are not.
Prints one JSON document: AUC and KS of both parts, and seconds.
"""

import json
import sys
import time
import warnings

import numpy as np
import pandas as pd
from optbinning import BinningProcess, Scorecard
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score, roc_curve

warnings.filterwarnings("ignore")
data, split = sys.argv[1:3]
without = sys.argv[3].split(",") if len(sys.argv) > 3 and sys.argv[3] else []

started = time.perf_counter()
words = pd.read_csv(data, dtype=str, keep_default_na=False, na_values=[""])
words["part"] = words["row_id"].map(pd.read_csv(split, dtype=str).set_index("row_id")["part"])
names = [name for name in words.columns if name not in ["row_id", "target", "part", *without]]
table = pd.DataFrame(index=words.index)
categories = []
for name in names:
    numbers = pd.to_numeric(words[name], errors="coerce")
    is_code = words[name].str.match(r"0\d+$").any()
    if is_code or numbers.isna().sum() > words[name].isna().sum():
        table[name] = words[name].fillna("").astype(object)
        categories.append(name)
    else:
        table[name] = numbers
target = words["target"].astype(int).to_numpy()
train, test = (words["part"] == "train").to_numpy(), (words["part"] == "test").to_numpy()
process = BinningProcess(names, categorical_variables=categories, selection_criteria={"iv": {"min": 0.02}})
card = Scorecard(
    binning_process=process,
    estimator=LogisticRegression(max_iter=1000),
    scaling_method="pdo_odds",
    scaling_method_params={"pdo": 20, "odds": 50, "scorecard_points": 600},
)
card.fit(table[train], target[train])


def measured(rows):
    chance = card.predict_proba(table[rows])[:, 1]
    false, true, _ = roc_curve(target[rows], chance)
    return {"auc": roc_auc_score(target[rows], chance), "ks": float(np.max(true - false))}


answer = {"train": measured(train), "test": measured(test)}
answer["seconds"] = time.perf_counter() - started
print(json.dumps(answer))
