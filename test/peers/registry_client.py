"""What a data scientist does with the real MLflow client against our registry; prints what came back, as JSON."""

import json

import mlflow
import pandas
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature
from sklearn.linear_model import LinearRegression

client = MlflowClient()
table = pandas.DataFrame({"distance": [1.0, 2.0, 3.0, 4.0], "hour": [5.0, 7.0, 6.0, 9.0]})
facts = {}


def fit(rounds, delays):
    """A run with a param, a metric and a logged model."""
    with mlflow.start_run() as run:
        model = LinearRegression().fit(table, delays)
        mlflow.log_param("rounds", rounds)
        mlflow.log_metric("rmse", 1.0 / rounds)
        signature = infer_signature(table, model.predict(table))
        logged = mlflow.sklearn.log_model(
            model, name="model", signature=signature, input_example=table.head(2), pip_requirements=[]
        )
    return run.info.run_id, logged, model


def refused(call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except MlflowException as error:
        return error.error_code
    return None


mlflow.set_experiment("registry")
run_id, logged, model = fit(10, [2.0, 3.0, 5.0, 7.0])
first = mlflow.register_model("runs:/{}/model".format(run_id), "delays")
_, second_logged, second_model = fit(20, [1.0, 3.5, 5.5, 8.0])
second = mlflow.register_model(second_logged.model_uri, "delays", tags={"why": "more rounds"})
facts["versions"] = [first.version, second.version]
facts["status"] = first.status
facts["source_tag"] = json.loads(client.get_logged_model(logged.model_id).tags["mlflow.modelVersions"])

with mlflow.start_run():
    named = mlflow.sklearn.log_model(model, name="m", registered_model_name="other", pip_requirements=[])
facts["log_model_registers"] = named.registered_model_version

client.set_registered_model_alias("delays", "champion", 1)
facts["champion"] = client.get_model_version_by_alias("delays", "champion").version
champion = mlflow.pyfunc.load_model("models:/delays@champion")
facts["same_prediction"] = champion.predict(table).tolist() == model.predict(table).tolist()
by_number = mlflow.pyfunc.load_model("models:/delays/2")
facts["same_prediction_of_2"] = by_number.predict(table).tolist() == second_model.predict(table).tolist()
client.set_registered_model_alias("delays", "champion", 2)
facts["moved"] = client.get_model_version_by_alias("delays", "champion").version
facts["aliases"] = client.get_registered_model("delays").aliases
facts["reserved_alias"] = refused(client.set_registered_model_alias, "delays", "latest", 1)
facts["unknown_alias"] = refused(client.get_model_version_by_alias, "delays", "nobody")

client.update_registered_model("delays", "Arrival delays")
client.set_registered_model_tag("delays", "team", "air")
client.set_model_version_tag("delays", "1", "checked", "yes")
facts["description"] = client.get_registered_model("delays").description
facts["tags"] = client.get_registered_model("delays").tags
facts["version_tags"] = client.get_model_version("delays", "1").tags
client.delete_model_version_tag("delays", "1", "checked")
facts["tag_deleted"] = client.get_model_version("delays", "1").tags

search = client.search_registered_models
facts["search_all"] = [found.name for found in search()]
facts["search_name"] = [found.name for found in search("name = 'delays'")]
facts["search_like"] = [found.name for found in search("name ILIKE 'DEL%'")]
facts["search_tag"] = [found.name for found in search("tags.team = 'air'")]
facts["search_descending"] = [found.name for found in search(order_by=["name DESC"])]
page = search(max_results=1)
facts["pages"] = [page[0].name, search(max_results=1, page_token=page.token)[0].name]
facts["bad_filter"] = refused(search, "name ~ 'x'")
versions = client.search_model_versions
facts["search_versions"] = [found.version for found in versions("name = 'delays'", order_by=["version_number DESC"])]
facts["search_run"] = [found.version for found in versions("run_id = '{}'".format(run_id))]

client.transition_model_version_stage("delays", "1", "production")
client.transition_model_version_stage("delays", "2", "Production", archive_existing_versions=True)
facts["stages"] = [client.get_model_version("delays", number).current_stage for number in ("1", "2")]
facts["latest"] = sorted((v.current_stage, v.version) for v in client.get_latest_versions("delays"))
facts["bad_stage"] = refused(client.transition_model_version_stage, "delays", "1", "Nowhere")

prompt = mlflow.genai.register_prompt(name="greeting", template="Hello {{name}}")
facts["prompt"] = [prompt.version, mlflow.genai.load_prompt("prompts:/greeting/1").template]
facts["prompts_hidden"] = [found.name for found in search()]

create = client.create_model_version
facts["refused_sources"] = [
    refused(create, "delays", source, run_id=run_id)
    for source in (
        "/etc",
        "file:///etc",
        "mlflow-artifacts:/0/../../etc",
        "mlflow-artifacts:/0/%252e%252e/etc",
        "mlflow-artifacts:/99/elsewhere/artifacts",
    )
]
facts["copied"] = client.copy_model_version("models:/delays/2", "delays-production").run_id != ""

client.delete_registered_model_alias("delays", "champion")
facts["no_alias"] = client.get_registered_model("delays").aliases
client.delete_model_version("delays", "2")
facts["after_delete"] = [found.version for found in versions("name = 'delays'")]
facts["number_not_reused"] = mlflow.register_model(second_logged.model_uri, "delays").version
client.rename_registered_model("other", "another")
client.delete_registered_model("another")
facts["model_deleted"] = refused(client.get_registered_model, "another")
facts["missing_version"] = refused(client.get_model_version, "delays", "99")
print("FACTS " + json.dumps(facts))
