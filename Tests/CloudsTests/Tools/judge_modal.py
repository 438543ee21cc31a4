"""Modal's own client against our server for tests. usage: judge_modal.py URL"""
import os
import sys

os.environ["MODAL_SERVER_URL"] = sys.argv[1]
os.environ["MODAL_TOKEN_ID"] = "ak-1"
os.environ["MODAL_TOKEN_SECRET"] = "as-1"
os.environ["MODAL_CONFIG_PATH"] = "/nonexistent"

import modal  # noqa: E402
import modal.exception  # noqa: E402

function = modal.Function.from_name("chat", "serve")
function.hydrate()
print("id", function.object_id)
print("settings", function.autoscaler.settings().min_containers)
print("update", function.autoscaler.update(min_containers=4).min_containers)
print("settings", function.autoscaler.settings().min_containers)
function.get_current_stats()
stats = function.get_current_stats()
print("stats", stats.backlog, stats.num_total_runners, stats.num_running_inputs)
print("gpus", function.info().gpus)
print("zero", function.autoscaler.update(min_containers=0).min_containers)
try:
    modal.Function.from_name("chat", "nobody").hydrate()
except modal.exception.NotFoundError as error:
    print("unknown", type(error).__name__)
os._exit(0)
