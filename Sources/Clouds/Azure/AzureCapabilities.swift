import Foundation
import Planner

extension CloudCapabilities {
  /// Virtual machines, and scale sets as numbers of replicas.
  public static let azure = CloudCapabilities(
    name: "azure",
    acts: [
      .launch: .can(
        note: "a virtual machine with its card and disk, all given back with it; image: an id or "
          + "publisher:offer:sku:version; subnet: its whole id"),
      .start: .can(note: "the capacity is not kept while deallocated: a start can be refused"),
      .stop: .can(
        note: "deallocates, for a machine that is only off is billed; managed disks stay and are "
          + "billed, temporary and local NVMe disks are erased; an instance of a scale set, one "
          + "with an ephemeral system disk and what another controller owns are never stopped"),
      .terminate: .can(
        note: "for good; an instance of a scale set leaves it, which shrinks by one, where a pool "
          + "names that set"),
      .keep: .cannot(reason: "to keep a node nothing is sent"),
      .scaleUp: .can(
        note:
          "a scale set's number, 0 to 1000; not where an autoscale setting or AKS sets it"),
      .scaleDown: .can(
        note: "a scale set's number; Azure chooses who goes, so terminate the idle by name first"),
      .unload: .cannot(reason: "Azure does not reach into the engine on a machine"),
    ],
    permissions: AzurePermissions.all,
    idempotency: [
      .launch: .name, .start: .absolute, .stop: .absolute, .terminate: .absolute,
      .scaleUp: .absolute, .scaleDown: .absolute,
    ],
    policy: { AzurePermissions.role($0) })
}

enum AzurePermissions {
  private static let prefix = "Microsoft.Compute/"

  static let all: [Permission] = [
    Permission(
      prefix + "virtualMachines/read",
      calls: ["VirtualMachines_ListAll", "VirtualMachines_List", "VirtualMachines_Get"],
      reason: "lists the machines, their tags and states"),
    Permission(
      prefix + "virtualMachines/instanceView/read", calls: ["VirtualMachines_InstanceView"],
      reason: "asks one machine's power state"),
    Permission(
      prefix + "virtualMachineScaleSets/read",
      calls: [
        "VirtualMachineScaleSets_ListAll", "VirtualMachineScaleSets_List",
        "VirtualMachineScaleSets_Get",
      ], reason: "lists the scale sets and their numbers"),
    Permission(
      prefix + "virtualMachineScaleSets/virtualMachines/read",
      calls: ["VirtualMachineScaleSetVMs_List", "VirtualMachineScaleSetVMs_Get"],
      reason: "lists the instances of a scale set"),
    Permission(
      prefix + "virtualMachineScaleSets/virtualMachines/instanceView/read",
      calls: ["VirtualMachineScaleSetVMs_List", "VirtualMachineScaleSetVMs_Get"],
      reason: "their power states"),
    Permission(
      prefix + "skus/read", calls: ["ResourceSkus_List"],
      reason: "counts GPUs, and knows what local disks a stop would erase"),
    Permission(
      "Microsoft.Insights/autoscalesettings/read",
      calls: ["AutoscaleSettings_ListBySubscription"],
      reason: "leaves scale sets alone that an autoscale setting sizes; without it, all"),
    Permission(
      prefix + "virtualMachines/write", calls: ["VirtualMachines_CreateOrUpdate"], acts: true,
      reason: "launches"),
    Permission(
      prefix + "disks/write", calls: ["VirtualMachines_CreateOrUpdate"], acts: true,
      reason: "the disk of what it launches"),
    Permission(
      "Microsoft.Network/networkInterfaces/write", calls: ["VirtualMachines_CreateOrUpdate"],
      acts: true, reason: "the card of what it launches"),
    Permission(
      "Microsoft.Network/networkInterfaces/join/action", calls: ["VirtualMachines_CreateOrUpdate"],
      acts: true, reason: "puts the card into what it launches"),
    Permission(
      "Microsoft.Network/virtualNetworks/subnets/join/action",
      calls: ["VirtualMachines_CreateOrUpdate"], acts: true,
      reason: "puts what it launches into the subnet"),
    Permission(
      prefix + "virtualMachines/start/action", calls: ["VirtualMachines_Start"], acts: true,
      reason: "starts"),
    Permission(
      prefix + "virtualMachines/deallocate/action", calls: ["VirtualMachines_Deallocate"],
      acts: true, reason: "stops so that nothing is billed"),
    Permission(
      prefix + "virtualMachines/delete", calls: ["VirtualMachines_Delete"], acts: true,
      reason: "gives back"),
    Permission(
      prefix + "virtualMachineScaleSets/write", calls: ["VirtualMachineScaleSets_Update"],
      acts: true, reason: "sets a scale set's number"),
    Permission(
      prefix + "virtualMachineScaleSets/delete/action",
      calls: ["VirtualMachineScaleSets_DeleteInstances"], acts: true,
      reason: "takes a named instance out of a scale set"),
    Permission(
      prefix + "virtualMachineScaleSets/virtualMachines/start/action",
      calls: ["VirtualMachineScaleSetVMs_Start"], acts: true, reason: "starts an instance"),
    Permission(
      prefix + "locations/operations/read", calls: [AzureRequests.poll], acts: true,
      reason: "asks how an act ended"),
  ]

  /// A custom role, as `az role definition create --role-definition @file` takes it; the
  /// subscription is to be filled in.
  static func role(_ permissions: [Permission]) -> String {
    let acts = permissions.contains { $0.acts }
    let role = Role(
      name: acts ? "finops auto" : "finops observe",
      description: acts
        ? "What finops needs to look at and change a fleet."
        : "What finops needs to look at a fleet.",
      actions: permissions.map(\.name))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(role)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  private struct Role: Encodable {
    var name: String
    var isCustom = true
    var description: String
    var actions: [String]
    var notActions: [String] = []
    var dataActions: [String] = []
    var notDataActions: [String] = []
    var assignableScopes = ["/subscriptions/SUBSCRIPTION"]

    enum CodingKeys: String, CodingKey {
      case name = "Name"
      case isCustom = "IsCustom"
      case description = "Description"
      case actions = "Actions"
      case notActions = "NotActions"
      case dataActions = "DataActions"
      case notDataActions = "NotDataActions"
      case assignableScopes = "AssignableScopes"
    }
  }
}
