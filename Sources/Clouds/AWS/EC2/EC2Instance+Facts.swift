import FleetModel

/// Whose tags stand on an instance.
enum EC2Owners {
  /// The tags are the owners' own: Karpenter's concepts/nodepools, EKS's and ParallelCluster's tag
  /// references, AWS's reserved "aws:" tags. Karpenter, Batch and a node group stand before the group or
  /// fleet they launch through.
  static let table: [OwnerSign] =
    [
      OwnerSign(
        .beginning("karpenter.sh/"), .karpenter,
        name: .tags(["karpenter.sh/nodepool", "karpenter.sh/provisioner-name"])),
      OwnerSign(.beginning("aws:batch"), .batch),
      OwnerSign(
        .exactly("AWSBatchServiceTag"), .batch, name: .tags(["aws:autoscaling:groupName"])),
      OwnerSign(.beginning("aws:sagemaker"), .sageMaker),
      OwnerSign(
        .beginning("parallelcluster:"), .slurm,
        name: .tags(["parallelcluster:queue-name", "parallelcluster:cluster-name"])),
      OwnerSign(.beginning("aws:pcs:"), .slurm, name: .tags(["aws:pcs:cluster-id"])),
    ] + OwnerSign.launchers + [
      OwnerSign(
        .beginning("eks:"), .eks,
        name: .tags(["eks:nodegroup-name", "eks:cluster-name", "eks:eks-cluster-name"])),
      OwnerSign(.beginning("kubernetes.io/cluster/"), .kubernetes, name: .rest),
      OwnerSign(.exactly("aws:autoscaling:groupName"), .autoScalingGroup),
      OwnerSign(.exactly("aws:ec2spot:fleet-request-id"), .spotFleet),
      OwnerSign(.exactly("aws:ec2:fleet-id"), .ec2Fleet),
    ]

  static func owner(of tags: [String: String]) -> NodeOwner? {
    let owner = OwnerSign.owner(of: tags, by: table)
    // Our own spot launches go through an instant fleet, which keeps no number: its machines are ours.
    if owner?.kind == .ec2Fleet, tags[Tag.intent] != nil { return nil }
    return owner
  }
}

extension EC2Instance {
  /// What the listing says against ending this instance.
  func facts(tags: [String: String], type: EC2Type?) -> NodeFacts {
    var hindrances: [ActHindrance] = []
    if instanceLifecycle == "spot" {
      hindrances.append(
        ActHindrance(
          .stop, .impossible,
          because: "a spot machine of a one-time request can not be stopped, only given back",
          remedy: "write idle_action: terminate for its pool"))
    }
    if rootDeviceType == "instance-store" {
      hindrances.append(
        ActHindrance(
          .stop, .impossible,
          because: "its root disk is an instance store, and such a machine can not be stopped",
          remedy: "make it from an image with an EBS root, or write idle_action: terminate"))
    }
    let operated = `operator`?.managed == true ? `operator`?.principal ?? "an AWS service" : nil
    if let operated, !operated.hasPrefix("eks") { hindrances += Self.operated(by: operated) }
    let owner =
      EC2Owners.owner(of: tags) ?? operated.flatMap { $0.hasPrefix("eks") ? NodeOwner(.eks) : nil }
    return NodeFacts(owner: owner, hindrances: hindrances, localDisks: type?.localDisks)
  }

  /// EC2 lets nobody but the service itself end an instance that one of AWS's services manages.
  private static func operated(by principal: String) -> [ActHindrance] {
    MachineAct.allCases.map {
      ActHindrance(
        $0, .impossible, because: "\(principal) manages it and alone can end it",
        remedy: "ask that service for fewer")
    }
  }
}
