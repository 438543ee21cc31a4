import Planner

extension CloudCapabilities {
  /// Compute Engine machines and managed instance groups.
  public static let gcp = CloudCapabilities(
    name: "gcp",
    acts: [
      .launch: .can(note: "instances.insert; named after the token, so that there is one of it"),
      .start: .can(note: "the capacity is not kept while stopped: a start can be refused"),
      .stop: .can(
        note: "persistent disks stay and are billed, local SSD is erased; a member of a group and "
          + "what another controller owns are never stopped"),
      .terminate: .can(
        note: "for good; a member is taken out of its group, which shrinks it, where a pool names "
          + "that group"),
      .scaleUp: .can(note: "the group's size, an absolute number; not where it has an autoscaler"),
      .scaleDown: .can(
        note: "the group chooses which machines go; terminate names them. Zero is allowed"),
      .keep: .cannot(reason: "to keep a node nothing is sent"),
      .unload: .cannot(reason: "Compute Engine does not reach into the engine on a machine"),
    ],
    permissions: GCPPermissions.all,
    idempotency: [
      .launch: .name, .start: .token(field: "requestId"), .stop: .token(field: "requestId"),
      .terminate: .token(field: "requestId"), .scaleUp: .absolute, .scaleDown: .absolute,
    ],
    policy: GCPPermissions.role)
}

/// The IAM permissions each call needs (Compute Engine IAM reference).
enum GCPPermissions {
  static let all: [Permission] = looks + acts

  private static let looks = [
    Permission(
      "compute.instances.list",
      calls: ["compute.instances.list", "compute.instances.aggregatedList"],
      reason: "lists the fleet"),
    Permission(
      "compute.instances.get", calls: ["compute.instances.get"], reason: "looks before it acts"),
    Permission(
      "compute.machineTypes.get", calls: ["compute.machineTypes.get"], reason: "counts GPUs"),
    Permission(
      "compute.instanceGroupManagers.list", calls: ["compute.instanceGroupManagers.aggregatedList"],
      reason: "lists the groups"),
    Permission(
      "compute.instanceGroupManagers.get",
      calls: ["compute.instanceGroupManagers.get", "compute.regionInstanceGroupManagers.get"],
      reason: "looks at a group before it is resized"),
    Permission(
      "compute.instanceTemplates.get", calls: ["compute.instanceTemplates.get"],
      reason: "knows the fleet's groups by their template's labels"),
    Permission(
      "serviceusage.services.use", calls: ["cloudbilling.services.skus.list"],
      reason: "reads list prices; the project must have the Cloud Billing API enabled"),
  ]

  private static let acts =
    [
      ("compute.instances.create", "launches"), ("compute.instances.setLabels", "tags launches"),
      ("compute.instances.setMetadata", "tags launches with what labels can not hold"),
      ("compute.disks.create", "launches with a boot disk"),
      ("compute.disks.setLabels", "tags the boot disk"),
      ("compute.subnetworks.use", "launches into a subnetwork"),
      ("compute.images.useReadOnly", "launches from an image of this project"),
    ].map {
      Permission($0.0, calls: ["compute.instances.insert"], acts: true, reason: $0.1)
    }
    + ["start", "stop", "resume", "delete"].map { verb in
      Permission(
        "compute.instances.\(verb)", calls: ["compute.instances.\(verb)"], acts: true,
        reason: "\(verb)s a machine")
    } + [
      Permission(
        "compute.instanceGroupManagers.update",
        calls: ["instanceGroupManagers", "regionInstanceGroupManagers"].flatMap {
          ["compute.\($0).resize", "compute.\($0).deleteInstances"]
        }, acts: true, reason: "resizes a group, takes a machine out of it"),
      Permission(
        "compute.zoneOperations.get", calls: ["compute.zoneOperations.get"], acts: true,
        reason: "sees whether a change happened"),
      Permission(
        "compute.regionOperations.get", calls: ["compute.regionOperations.get"], acts: true,
        reason: "sees whether a change to a regional group happened"),
    ]

  /// A custom role, for `gcloud iam roles create finops --project PROJECT --file ROLE.yaml`.
  static func role(_ permissions: [Permission]) -> String {
    let acting = permissions.contains(where: \.acts)
    let names = Set(permissions.map(\.name)).sorted().map { "- \($0)\n" }.joined()
    return """
      title: finops \(acting ? "auto" : "observe")
      description: \(acting ? "Observes and changes" : "Observes") one GPU fleet.
      stage: GA
      includedPermissions:
      \(names)
      """
  }
}
