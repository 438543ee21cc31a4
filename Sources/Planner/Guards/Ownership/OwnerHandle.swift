import FleetModel

extension NodeOwner {
  /// As people name it: "the Auto Scaling group web".
  var title: String {
    let title =
      switch kind {
      case .karpenter: "Karpenter, node pool"
      case .eks: "the EKS cluster"
      case .kubernetes: "the Kubernetes cluster"
      case .batch: "AWS Batch, compute environment"
      case .slurm: "the Slurm cluster"
      case .ray: "the Ray cluster"
      case .dstack: "the dstack fleet"
      case .gke: "the GKE cluster"
      case .aks: "the AKS cluster"
      case .skyPilot: "the SkyPilot cluster"
      case .sageMaker: "SageMaker"
      case .autoScalingGroup: "the Auto Scaling group"
      case .ec2Fleet: "the EC2 fleet"
      case .spotFleet: "the spot fleet"
      case .instanceGroup: "the managed instance group"
      case .scaleSet: "the scale set"
      }
    return name.isEmpty ? title : "\(title) \(name)"
  }

  /// How it is made to give a machine back, a phrase in the imperative.
  var handle: String {
    let name = name.isEmpty ? "NAME" : name
    return switch kind {
    case .autoScalingGroup: "name it in a pool, match: {workload: asg/\(name)}"
    case .instanceGroup: "name it in a pool, match: {workload: mig/PLACE/\(name)}"
    case .scaleSet: "name it in a pool, match: {workload: vmss/GROUP/\(name)}"
    case .karpenter:
      "let the node pool's disruption settings end it, or add the cluster to clouds "
        + "(kind: kubernetes), which drains its node and deletes the claim"
    case .eks, .kubernetes, .gke, .aks:
      "add the cluster to clouds (kind: kubernetes), which drains its nodes first"
    case .ec2Fleet, .spotFleet: "lower the fleet's target capacity"
    case .batch: "lower the compute environment's least vCPUs, or disable its queue"
    case .slurm: "let Slurm power it down (SuspendTime)"
    case .ray: "let Ray end it (idle_timeout_minutes)"
    case .skyPilot: "type `sky autostop \(name)`"
    case .dstack: "set the fleet's idle_duration"
    case .sageMaker: "change the endpoint or the cluster it is part of"
    }
  }
}

extension NodeOwner.Kind {
  /// What a node of a cluster may belong to without the cluster losing its say: the cluster itself
  /// and the groups that make its machines.
  var isOfClusters: Bool {
    switch self {
    case .karpenter, .eks, .kubernetes, .gke, .aks, .autoScalingGroup, .ec2Fleet, .spotFleet,
      .instanceGroup, .scaleSet:
      true
    case .batch, .slurm, .ray, .dstack, .skyPilot, .sageMaker: false
    }
  }

  /// How names of workloads of this kind begin; nil: no pool can name one.
  var workloadPrefix: String? {
    switch self {
    case .autoScalingGroup: "asg"
    case .instanceGroup: "mig"
    case .scaleSet: "vmss"
    default: nil
    }
  }
}

extension LocalDisks {
  /// "3800 GB of instance store".
  var words: String { gigabytes.map { "\($0) GB of \(name)" } ?? "its \(name)" }
}
