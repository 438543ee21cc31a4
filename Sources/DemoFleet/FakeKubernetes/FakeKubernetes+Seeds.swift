public import FleetModel

/// What there is in the cluster, said by a test or a demo.
extension FakeKubernetes {
  /// A machine of the cluster.
  public struct Machine: Sendable, Hashable {
    public var name: String
    public var type: InstanceType
    public var gpus: Int
    public var zone: String
    public var labels: [String: String]
    public var annotations: [String: String]
    /// The Karpenter pool that made it; nil: somebody else did.
    public var pool: String?
    public var isReady: Bool

    public init(
      _ name: String, type: InstanceType = "g5.12xlarge", gpus: Int = 4,
      zone: String = "us-east-1a", labels: [String: String] = [:],
      annotations: [String: String] = [:], pool: String? = nil, isReady: Bool = true
    ) {
      self.name = name
      self.type = type
      self.gpus = gpus
      self.zone = zone
      self.labels = labels
      self.annotations = annotations
      self.pool = pool
      self.isReady = isReady
    }
  }

  public func add(_ machine: Machine, createdAt: Timestamp? = nil) {
    change { cluster, now in
      let claim = machine.pool.map { Self.claim(machine, $0, in: &cluster, at: now) }
      cluster.write(
        FakeKey("nodes", machine.name), Self.node(machine, claim, createdAt ?? now, at: now),
        at: now)
    }
  }

  /// The annotations of the claim a machine of a pool was made for.
  public func annotate(claimOf machine: String, _ annotations: [String: String]) {
    change { cluster, now in
      let key = FakeKey("nodeclaims.karpenter.sh", machine + "-claim")
      guard var claim = cluster.objects[key] else { return }
      claim["metadata", "annotations"] = .texts(annotations)
      cluster.write(key, claim, at: now)
    }
  }

  private static func claim(
    _ machine: Machine, _ pool: String, in cluster: inout FakeCluster, at now: Timestamp
  ) -> FakeJSON {
    cluster.write(
      FakeKey("nodeclaims.karpenter.sh", machine.name + "-claim"),
      [
        "apiVersion": "karpenter.sh/v1", "kind": "NodeClaim",
        "metadata": [
          "labels": ["karpenter.sh/nodepool": .text(pool)],
          "finalizers": [.text(FakeCluster.karpenterFinalizer)],
        ], "status": ["nodeName": .text(machine.name)],
      ], at: now)
  }

  private static func node(
    _ machine: Machine, _ claim: FakeJSON?, _ createdAt: Timestamp, at now: Timestamp
  ) -> FakeJSON {
    var labels = [
      "kubernetes.io/hostname": machine.name,
      "node.kubernetes.io/instance-type": machine.type.rawValue,
      "topology.kubernetes.io/region": String(machine.zone.dropLast()),
      "topology.kubernetes.io/zone": machine.zone,
    ].merging(machine.labels) { _, wanted in wanted }
    var metadata: FakeJSON = [
      "annotations": .texts(machine.annotations), "creationTimestamp": .text(createdAt.description),
    ]
    if let pool = machine.pool, let claim {
      labels["karpenter.sh/nodepool"] = pool
      metadata["finalizers"] = [.text(FakeCluster.karpenterFinalizer)]
      metadata["ownerReferences"] = [
        [
          "apiVersion": "karpenter.sh/v1", "kind": "NodeClaim",
          "name": .text(machine.name + "-claim"), "uid": claim["metadata", "uid"] ?? "",
          "blockOwnerDeletion": true,
        ]
      ]
    }
    metadata["labels"] = .texts(labels)
    let size: FakeJSON = [
      "cpu": "48", "memory": "192Gi", "pods": "110",
      "nvidia.com/gpu": .text(String(machine.gpus)),
    ]
    return [
      "apiVersion": "v1", "kind": "Node", "metadata": metadata,
      "spec": ["providerID": .text("aws:///\(machine.zone)/\(machine.name)")],
      "status": [
        "addresses": [["type": "InternalIP", "address": "10.0.0.1"]], "capacity": size,
        "allocatable": size,
        "conditions": [
          [
            "type": "Ready", "status": .text(machine.isReady ? "True" : "False"),
            "reason": .text(machine.isReady ? "KubeletReady" : "KubeletNotReady"), "message": "",
            "lastTransitionTime": .text(createdAt.description),
            "lastHeartbeatTime": .text(now.description),
          ]
        ], "nodeInfo": nodeInfo,
      ],
    ]
  }

  private static let nodeInfo: FakeJSON = [
    "machineID": "0", "systemUUID": "0", "bootID": "0", "kernelVersion": "6.1.0",
    "osImage": "Debian GNU/Linux 12", "containerRuntimeVersion": "containerd://2.1.0",
    "kubeletVersion": "v1.37.0", "kubeProxyVersion": "", "operatingSystem": "linux",
    "architecture": "amd64",
  ]

  /// A Deployment, or with `isSet` a StatefulSet; its pods come by themselves.
  public func add(
    deployment name: String, in namespace: String = "default", replicas: Int,
    gpusEach: Int = 1, labels: [String: String] = [:], isSet: Bool = false
  ) {
    let choice: FakeJSON = ["app": .text(name)]
    var spec: FakeJSON = [
      "replicas": .number(Int64(replicas)), "selector": ["matchLabels": choice],
      "template": [
        "metadata": ["labels": choice],
        "spec": [
          "terminationGracePeriodSeconds": 30,
          "containers": [
            [
              "name": "engine", "image": "example.com/engine:1",
              "resources": ["limits": ["nvidia.com/gpu": .text(String(gpusEach))]],
            ]
          ],
        ],
      ],
    ]
    if isSet { spec["serviceName"] = .text(name) }
    change { cluster, now in
      cluster.write(
        FakeKey(isSet ? "statefulsets.apps" : "deployments.apps", namespace, name),
        [
          "apiVersion": "apps/v1", "kind": isSet ? "StatefulSet" : "Deployment",
          "metadata": ["labels": .texts(labels)], "spec": spec,
        ], at: now)
    }
  }

  /// A running pod on a node, owned by something of this kind; nil: by nothing.
  public func add(
    pod name: String, in namespace: String = "default", on node: String, owner: String? = nil,
    labels: [String: String] = [:], annotations: [String: String] = [:]
  ) {
    var metadata: FakeJSON = ["labels": .texts(labels), "annotations": .texts(annotations)]
    change { cluster, now in
      if let owner {
        metadata["ownerReferences"] = [
          [
            "apiVersion": owner == "Node" ? "v1" : "apps/v1", "kind": .text(owner),
            "name": .text(name + "-owner"), "uid": .text(cluster.nextUID()), "controller": true,
          ]
        ]
      }
      if owner == "DaemonSet" {
        cluster.write(
          FakeKey("daemonsets.apps", namespace, name + "-owner"),
          ["apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": [:]], at: now)
      }
      cluster.write(
        FakeKey("pods", namespace, name),
        [
          "apiVersion": "v1", "kind": "Pod", "metadata": metadata,
          "spec": [
            "nodeName": .text(node),
            "containers": [["name": "main", "image": "example.com/main:1"]],
          ],
          "status": [
            "phase": "Running", "conditions": [["type": "Ready", "status": "True"]],
          ],
        ], at: now)
    }
  }

  /// A disruption budget over pods with this `app` label: this many of them must stay healthy.
  public func add(budget name: String, in namespace: String = "default", app: String, least: Int) {
    change { cluster, now in
      cluster.write(
        FakeKey("poddisruptionbudgets.policy", namespace, name),
        [
          "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": [:],
          "spec": [
            "minAvailable": .number(Int64(least)),
            "selector": ["matchLabels": ["app": .text(app)]],
          ],
        ], at: now)
    }
  }

  /// A HorizontalPodAutoscaler over a workload.
  public func add(
    autoscaler name: String, in namespace: String = "default", kind: String, of target: String
  ) {
    change { cluster, now in
      cluster.write(
        FakeKey("horizontalpodautoscalers.autoscaling", namespace, name),
        [
          "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": [:],
          "spec": [
            "maxReplicas": 10, "minReplicas": 1,
            "scaleTargetRef": [
              "apiVersion": "apps/v1", "kind": .text(kind), "name": .text(target),
            ],
          ],
        ], at: now)
    }
  }

  /// A Karpenter pool; without `gpus` it has no limit on them.
  public func add(
    nodePool name: String, gpus: Int?, inUse: Int = 0, weight: Int? = nil,
    labels: [String: String] = [:]
  ) {
    var spec: FakeJSON = ["template": ["spec": ["requirements": []]]]
    if let gpus { spec["limits"] = ["nvidia.com/gpu": .text(String(gpus))] }
    if let weight { spec["weight"] = .number(Int64(weight)) }
    change { cluster, now in
      cluster.write(
        FakeKey("nodepools.karpenter.sh", name),
        [
          "apiVersion": "karpenter.sh/v1", "kind": "NodePool",
          "metadata": ["labels": .texts(labels)], "spec": spec,
          "status": ["resources": ["nvidia.com/gpu": .text(String(inUse))]],
        ], at: now)
    }
  }
}
