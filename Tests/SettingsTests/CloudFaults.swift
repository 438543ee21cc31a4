/// Cloud accounts with a fault, and exactly what is said of each.
let cloudFaults: [Fault] = [
  Fault(
    "an account without what its type needs",
    """
    version: 1
    fleet: {name: f}
    clouds:
      g: {type: gcp, zones: [us-central1-a]}
      az: {type: azure, subscription: 00000000-0000-0000-0000-000000000000}

    """,
    """
    finops.yaml:4:13: error: a cloud of type gcp needs 'project'
        4 |   g: {type: gcp, zones: [us-central1-a]}
          |             ^~~
    finops.yaml:5:14: error: a cloud of type azure needs 'regions'
        5 |   az: {type: azure, subscription: 00000000-0000-0000-0000-000000000000}
          |              ^~~~~
    2 errors. See: finops config explain clouds.project

    """),
  Fault(
    "a key of another type",
    """
    version: 1
    fleet: {name: f}
    clouds:
      hf: {type: huggingface, namespace: acme, regions: [us-east-1]}

    """,
    """
    finops.yaml:4:53: error: 'regions' means nothing for a cloud of type huggingface
        4 |   hf: {type: huggingface, namespace: acme, regions: [us-east-1]}
          |                                                     ^ it belongs to aws, azure
    1 error. See: finops config explain clouds.regions

    """),
  Fault(
    "a function and a zone that are none",
    """
    version: 1
    fleet: {name: f}
    clouds:
      m: {type: modal, functions: [chat]}
      g: {type: gcp, project: p, zones: [us-central1]}

    """,
    """
    finops.yaml:4:31: error: 'chat' is not APP/FUNCTION
        4 |   m: {type: modal, functions: [chat]}
          |                               ^
    finops.yaml:5:37: error: 'us-central1' is not a zone such as us-central1-a
        5 |   g: {type: gcp, project: p, zones: [us-central1]}
          |                                     ^
    2 errors. See: finops config explain clouds.functions

    """),
  Fault(
    "a workload in another cloud's form, and one without a cloud",
    """
    version: 1
    fleet: {name: f}
    clouds:
      k: {type: kubernetes}
      hf: {type: huggingface, namespace: acme}
    collectors: [{type: dcgm, targets: ["a:9400"]}]
    pools:
      - {name: a, kind: serving, match: {cloud: k, workload: acme/llama}}
      - {name: b, kind: serving, match: {workload: acme/llama}}

    """,
    """
    finops.yaml:8:58: error: 'acme/llama' is no workload of type kubernetes
        8 |   - {name: a, kind: serving, match: {cloud: k, workload: acme/llama}}
          |                                                          ^~~~~~~~~~ write deployment/NAMESPACE/NAME or statefulset/NAMESPACE/NAME or nodepool/NAME
    finops.yaml:9:48: error: a workload needs its cloud: give 'cloud' beside it
        9 |   - {name: b, kind: serving, match: {workload: acme/llama}}
          |                                                ^~~~~~~~~~
    2 errors. See: finops config explain pools.match.workload

    """),
  Fault(
    "two pools that ask for the number of one workload",
    """
    version: 1
    fleet: {name: f}
    clouds:
      hf: {type: huggingface, namespace: acme}
    collectors: [{type: dcgm, targets: ["a:9400"]}]
    pools:
      - {name: a, kind: serving, match: {workload: acme/llama}}
      - {name: b, kind: serving, match: {workload: acme/llama}}

    """,
    """
    finops.yaml:8:37: error: pool 'a' asks for the number of 'acme/llama' already
        8 |   - {name: b, kind: serving, match: {workload: acme/llama}}
          |                                     ^
    1 error. See: finops config explain pools.match.workload

    """),
]
