import FleetModel

/// Whose tags stand on a machine; Azure compares their names without case, and here all are small.
enum AzureOwners {
  /// AKS tags the scale sets of its node pools "aks-managed-…"; Karpenter (node auto-provisioning)
  /// writes "_" where a tag may have no "/".
  static let table: [OwnerSign] =
    [
      OwnerSign(
        .beginning("karpenter.sh_"), .karpenter, name: .tags(["karpenter.sh_nodepool"])),
      OwnerSign(
        .beginning("karpenter.azure.com_"), .karpenter,
        name: .tags(["karpenter.sh_nodepool", "karpenter.azure.com_cluster"])),
      OwnerSign(
        .beginning("aks-managed-"), .aks,
        name: .tags(["aks-managed-poolname", "aks-managed-cluster-name"])),
    ] + OwnerSign.launchers

  static func owner(of tags: [String: String], set: AzureName?) -> NodeOwner? {
    let small = Dictionary(
      tags.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
    return OwnerSign.owner(of: small, by: table)
      ?? set.map { NodeOwner(.scaleSet, name: $0.workload.rawValue) }
  }
}

extension AzureMachine {
  /// The flexible scale set a virtual machine belongs to.
  var flexibleSet: AzureName? {
    properties?.virtualMachineScaleSet?.id.flatMap(AzureName.init(resourceID:))
  }

  /// What the listing says against ending this machine.
  func facts(tags: [String: String], of set: AzureName?) -> NodeFacts {
    var hindrances: [ActHindrance] = []
    // MicrosoftDocs/azure-docs#41362, cdalar/onctl#864.
    if properties?.storageProfile?.osDisk?.diffDiskSettings?.option?.lowercased() == "local" {
      hindrances.append(
        ActHindrance(
          .stop, .impossible,
          because: "its system disk is ephemeral, and such a machine can not be deallocated",
          remedy: "write idle_action: terminate for its pool"))
    }
    return NodeFacts(
      owner: AzureOwners.owner(of: tags, set: set ?? flexibleSet),
      hindrances: hindrances + protections)
  }

  /// Azure itself holds them against the set alone, and not against a call that names the instance.
  private var protections: [ActHindrance] {
    let policy = properties?.protectionPolicy
    let because = "its scale set protects it"
    let actions = policy?.protectFromScaleSetActions == true
    var found: [ActHindrance] = []
    if actions {
      found.append(
        ActHindrance(
          .stop, .protected, because: "\(because) from the set's actions",
          remedy: "set protectFromScaleSetActions to false to let it stop"))
    }
    if actions || policy?.protectFromScaleIn == true {
      found.append(
        ActHindrance(
          .terminate, .protected, because: "\(because) from scale-in",
          remedy: "set protectFromScaleIn to false to let it go"))
    }
    return found
  }
}
