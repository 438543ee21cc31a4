import FleetModel
import Testing

@testable import Clouds

/// Each sign of SEMANTICS 4.19 by itself, and what only looks like one.
@Suite struct EC2OwnerTests {
  @Test(arguments: [
    // aws/karpenter-provider-aws#6866: such a machine was stopped under its pods.
    (["karpenter.sh/nodepool": "gpu"], NodeOwner(.karpenter, name: "gpu")),
    (["karpenter.sh/provisioner-name": "old"], NodeOwner(.karpenter, name: "old")),
    (["karpenter.sh/nodeclaim": "gpu-x1"], NodeOwner(.karpenter)),
    (["eks:nodegroup-name": "ng-1", "eks:cluster-name": "prod"], NodeOwner(.eks, name: "ng-1")),
    (["eks:eks-cluster-name": "prod"], NodeOwner(.eks, name: "prod")),
    (["kubernetes.io/cluster/prod": "owned"], NodeOwner(.kubernetes, name: "prod")),
    (["aws:autoscaling:groupName": "web"], NodeOwner(.autoScalingGroup, name: "web")),
    (["aws:ec2:fleet-id": "fleet-1"], NodeOwner(.ec2Fleet, name: "fleet-1")),
    (["aws:ec2spot:fleet-request-id": "sfr-1"], NodeOwner(.spotFleet, name: "sfr-1")),
    (["aws:batch:compute-environment": "ce"], NodeOwner(.batch, name: "ce")),
    // aws-samples/aws-genomics-workflows#30.
    (["AWSBatchServiceTag": "batch"], NodeOwner(.batch)),
    (["aws:sagemaker:cluster": "hp"], NodeOwner(.sageMaker, name: "hp")),
    (["parallelcluster:cluster-name": "hpc"], NodeOwner(.slurm, name: "hpc")),
    (["aws:pcs:cluster-id": "pcs_1"], NodeOwner(.slurm, name: "pcs_1")),
    (["ray-cluster-name": "ray-1"], NodeOwner(.ray, name: "ray-1")),
    (["skypilot-cluster-name": "sky-1"], NodeOwner(.skyPilot, name: "sky-1")),
    (["skypilot-user": "ann"], NodeOwner(.skyPilot)),
    (["dstack_project": "main"], NodeOwner(.dstack, name: "main")),
  ])
  func `A sign names its owner`(tags: [String: String], owner: NodeOwner) {
    #expect(EC2Owners.owner(of: tags) == owner)
    // The fleet's own tags beside it change nothing.
    #expect(EC2Owners.owner(of: tags.merging(["finops-fleet": "f"]) { $1 }) == owner)
  }

  @Test(arguments: [
    "karpenter.sh", "karpenter.sh/", "x-karpenter.sh/nodepool", "eks:", "eks", "eks-nodegroup",
    "kubernetes.io/cluster/", "kubernetes.io/role", "autoscaling:groupName",
    "aws:autoscaling:groupname", "aws:ec2launchtemplate:id", "aws:cloudformation:stack-name",
    "aws:ec2:fleet", "batch", "awsbatchservicetag", "sagemaker", "parallelcluster", "ray-cluster",
    "my-ray-cluster-name", "skypilot", "dstack", "finops-owner", "Owner", "",
  ])
  func `A tag that merely resembles a sign is no owner`(key: String) {
    #expect(EC2Owners.owner(of: [key: "x"]) == nil)
  }

  @Test func `Whoever makes machines goes before what it makes them with`() {
    let node = [
      "karpenter.sh/nodepool": "gpu", "eks:eks-cluster-name": "prod",
      "kubernetes.io/cluster/prod": "owned", "aws:ec2:fleet-id": "fleet-1",
    ]
    #expect(EC2Owners.owner(of: node) == NodeOwner(.karpenter, name: "gpu"))
    let group = ["aws:autoscaling:groupName": "eks-ng-1-abc", "eks:nodegroup-name": "ng-1"]
    #expect(EC2Owners.owner(of: group) == NodeOwner(.eks, name: "ng-1"))
    let sky = ["ray-cluster-name": "c-1", "skypilot-cluster-name": "c"]
    #expect(EC2Owners.owner(of: sky) == NodeOwner(.skyPilot, name: "c"))
  }

  @Test func `An instant fleet of ours owns nothing, another's does`() {
    let tags = ["aws:ec2:fleet-id": "fleet-1"]
    #expect(EC2Owners.owner(of: tags.merging([Tag.intent: "t"]) { $1 }) == nil)
    #expect(EC2Owners.owner(of: tags.merging([Tag.fleet: "f"]) { $1 })?.kind == .ec2Fleet)
    // A machine of a group stays the group's, whoever launched it.
    let member = ["aws:autoscaling:groupName": "web", Tag.intent: "t"]
    #expect(EC2Owners.owner(of: member)?.kind == .autoScalingGroup)
  }
}
