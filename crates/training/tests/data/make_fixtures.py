"""Makes the fixtures of `jq-training`: what scikit-learn, optbinning, scorecardpy and scipy say about German credit data.

Run where german_credit.csv and german_split.csv lie; README.md names the versions that made the files kept here.
"""

import json

import numpy as np
import pandas as pd
import scorecardpy
from optbinning import OptimalBinning
from scipy.stats import chi2
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score, roc_curve

table = pd.read_csv("german_credit.csv").merge(pd.read_csv("german_split.csv"), on="row_id")
train = table[table.part == "train"]

# Optimal bins: the same pieces, the same rules, another solver.
binnings = []
for name in ["duration_in_month", "credit_amount", "age_in_years"]:
    values = train[name].to_numpy(float)
    splits = [float(split) for split in np.unique(np.quantile(values, np.linspace(0.05, 0.95, 19)))]
    for trend in ["ascending", "descending", "peak", "valley"]:
        for most in [3, 5, 8]:
            least = 0.06
            binning = OptimalBinning(
                name, user_splits=splits, monotonic_trend=trend, max_n_bins=most, min_bin_size=least,
                min_prebin_size=1e-6, time_limit=100,
            )
            binning.fit(values, train.target.to_numpy())
            edges = [-np.inf, *splits, np.inf]
            pieces = np.digitize(values, splits)
            units = [
                [int(((pieces == at) & (train.target == 0)).sum()), int(((pieces == at) & (train.target == 1)).sum())]
                for at in range(len(splits) + 1)
            ]
            binnings.append(
                {
                    "variable": name, "trend": trend, "bins_max": most, "rows_min": int(np.ceil(least * len(train))),
                    "splits": splits, "units": units, "cuts": [float(cut) for cut in binning.splits],
                    "iv": float(binning.binning_table.build().loc["Totals", "IV"]), "status": binning.status,
                }
            )

# Weights of evidence of the words of one column, without any smoothing.
purpose = scorecardpy.woebin(train, y="target", x=["savings_account_and_bonds"], method="tree",
                             breaks_list={"savings_account_and_bonds": list(train.savings_account_and_bonds.unique())})
weights = purpose["savings_account_and_bonds"]
woe = {row.bin: {"good": int(row.good), "bad": int(row.bad), "woe": float(row.woe), "iv": float(row.bin_iv)}
       for row in weights.itertuples()}

# A regression with the penalty of scikit-learn: sum of losses + |b|²/2 at C = 1.
columns = ["installment_rate_in_percentage_of_disposable_income", "present_residence_since",
           "number_of_existing_credits_at_this_bank", "number_of_people_being_liable_to_provide_maintenance_for"]
fitted = []
for strength in [1.0, 0.01]:
    model = LogisticRegression(C=1 / strength, tol=1e-12, max_iter=10_000).fit(train[columns], 1 - train.target)
    fitted.append({"ridge": strength, "intercept": float(model.intercept_[0]),
                   "coefficients": [float(one) for one in model.coef_[0]]})

# Scores made of three figures, and everything that is measured on them.
table["score"] = (500 - table.duration_in_month + 2 * table.age_in_years
                  - 20 * table.installment_rate_in_percentage_of_disposable_income)
chance = 1 / (1 + np.exp((table.score - (600 - 20 / np.log(2) * np.log(50))) / (20 / np.log(2))))
false, true, _ = roc_curve(table.target, -table.score)
good, bad = table.score[table.target == 0].to_numpy(), table.score[table.target == 1].to_numpy()
wins = (good[:, None] > bad[None, :]) + 0.5 * (good[:, None] == bad[None, :])
variance = wins.mean(axis=1).var(ddof=1) / len(good) + wins.mean(axis=0).var(ddof=1) / len(bad)
rates = table[["installment_rate_in_percentage_of_disposable_income"]].set_axis(["score"], axis=1)
half = table.row_id < 500
psi = scorecardpy.perf_psi(
    score={"train": rates[half].reset_index(drop=True), "test": rates[~half].reset_index(drop=True)},
    label={"train": table.target[half].reset_index(drop=True), "test": table.target[~half].reset_index(drop=True)},
    show_plot=False, return_distr_dat=False,
)
shift = {"before": [int(one) for one in rates[half].score.value_counts().sort_index()],
         "now": [int(one) for one in rates[~half].score.value_counts().sort_index()],
         "psi": float(psi["psi"]["PSI"].iloc[0])}
measures = {
    "auc": float(roc_auc_score(table.target, -table.score)), "auc_error": float(np.sqrt(variance)),
    "ks": float(np.max(true - false)), "brier": float(brier_score_loss(table.target, chance)),
    "bad_expected": float(chance.sum()), "chi2_sf_12_5_10": float(chi2.sf(12.5, 10)),
}
with open("peers.json", "w", encoding="utf-8") as out:
    json.dump({"binnings": binnings, "woe": woe, "columns": columns, "fitted": fitted, "measures": measures, "shift": shift}, out, indent=1)
