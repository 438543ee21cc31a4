/// What a request's body may hold: the fields of Compute Engine's schemas, restated as facts, so that
/// one it does not know is refused as Google refuses it. Fields that only the cloud writes are
/// taken and ignored there, and so here.
indirect enum GCPShape: Sendable {
  case string
  /// int32, or int64, which Google writes as text; both are taken.
  case integer
  case boolean
  case list(GCPShape)
  case texts
  case object([String: GCPShape])
  /// A part the fake does not look into.
  case anything

  /// The first thing that is wrong, in Google's words; nil when nothing is.
  func fault(in value: GCPJSON, at path: String = "") -> String? {
    switch (self, value) {
    case (_, .null), (.anything, _), (.string, .string), (.boolean, .bool), (.integer, .int): nil
    case (.integer, .string(let text)) where Int(text) != nil: nil
    case (.texts, .object(let members)):
      members.contains { $0.value.text == nil } ? Self.invalid(path, "TYPE_STRING") : nil
    case (.list(let shape), .list(let items)):
      items.enumerated().lazy.compactMap {
        shape.fault(in: $0.element, at: "\(path)[\($0.offset)]")
      }
      .first
    case (.object(let fields), .object(let members)):
      Self.fault(of: members, fields, at: path)
    default: Self.invalid(path, "the field's type")
    }
  }

  private static func fault(
    of members: [String: GCPJSON], _ fields: [String: GCPShape], at path: String
  ) -> String? {
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      guard let shape = fields[name] else {
        let place = path.isEmpty ? "" : " at '\(path)'"
        return "Invalid JSON payload received. Unknown name \"\(name)\"\(place): Cannot find field."
      }
      let inner = path.isEmpty ? name : "\(path).\(name)"
      if let fault = shape.fault(in: value, at: inner) { return fault }
    }
    return nil
  }

  private static func invalid(_ path: String, _ wanted: String) -> String {
    "Invalid value at '\(path)' (\(wanted))"
  }

  private static func strings(_ names: String) -> [String: GCPShape] {
    Dictionary(
      names.split(separator: " ").map { (String($0), .string) },
      uniquingKeysWith: { first, _ in first })
  }

  private func with(_ more: [String: GCPShape]) -> GCPShape {
    guard case .object(let fields) = self else { return self }
    return .object(fields.merging(more) { _, new in new })
  }

  static let victims = GCPShape.object([
    "instances": .list(.string), "skipInstancesOnValidationError": .boolean,
  ])

  static let instance = GCPShape.object(
    strings(
      """
      cpuPlatform creationTimestamp description fingerprint hostname id keyRevocationActionType kind \
      labelFingerprint lastStartTimestamp lastStopTimestamp lastSuspendedTimestamp machineType \
      minCpuPlatform name privateIpv6GoogleAccess selfLink sourceMachineImage status statusMessage \
      localSsdEncryptionMode zone
      """)
  ).with([
    "canIpForward": .boolean, "deletionProtection": .boolean, "startRestricted": .boolean,
    "satisfiesPzi": .boolean, "satisfiesPzs": .boolean, "labels": .texts,
    "resourcePolicies": .list(.string), "metadata": metadata, "disks": .list(disk),
    "networkInterfaces": .list(network), "scheduling": scheduling,
    "guestAccelerators": .list(accelerator), "reservationAffinity": reservation,
    "serviceAccounts": .list(.object(["email": .string, "scopes": .list(.string)])),
    "tags": .object(["items": .list(.string), "fingerprint": .string]),
    "shieldedInstanceConfig": .anything, "shieldedInstanceIntegrityPolicy": .anything,
    "advancedMachineFeatures": .anything, "confidentialInstanceConfig": .anything,
    "displayDevice": .anything, "instanceEncryptionKey": .anything, "params": .anything,
    "networkPerformanceConfig": .anything, "resourceStatus": .anything,
    "sourceMachineImageEncryptionKey": .anything, "workloadIdentityConfig": .anything,
  ])

  private static let metadata = GCPShape.object([
    "fingerprint": .string, "kind": .string,
    "items": .list(.object(["key": .string, "value": .string])),
  ])
  private static let accelerator = GCPShape.object([
    "acceleratorType": .string, "acceleratorCount": .integer,
  ])
  private static let reservation = GCPShape.object([
    "consumeReservationType": .string, "key": .string, "values": .list(.string),
  ])
  private static let scheduling = GCPShape.object(
    strings(
      """
      instanceTerminationAction locationHint onHostMaintenance protectionTier provisioningModel \
      terminationTime
      """)
  ).with([
    "automaticRestart": .boolean, "preemptible": .boolean, "skipGuestOsShutdown": .boolean,
    "exposeHostTopology": .boolean, "availabilityDomain": .integer, "minNodeCpus": .integer,
    "hostErrorTimeoutSeconds": .integer, "gracefulShutdown": .anything, "maxRunDuration": .anything,
    "localSsdRecoveryTimeout": .anything, "nodeAffinities": .anything,
    "onInstanceStopAction": .anything, "preemptionNoticeDuration": .anything,
  ])
  private static let disk = GCPShape.object(
    strings("architecture deviceName interface kind mode savedState source type")
  ).with([
    "autoDelete": .boolean, "boot": .boolean, "forceAttach": .boolean, "diskSizeGb": .integer,
    "index": .integer, "licenses": .list(.string), "initializeParams": diskSource,
    "diskEncryptionKey": .anything, "guestOsFeatures": .anything,
    "shieldedInstanceInitialState": .anything,
  ])
  private static let diskSource = GCPShape.object(
    strings(
      """
      architecture description diskName diskType onUpdateAction sourceImage sourceSnapshot storagePool
      """)
  ).with([
    "diskSizeGb": .integer, "provisionedIops": .integer, "provisionedThroughput": .integer,
    "enableConfidentialCompute": .boolean, "labels": .texts, "resourceManagerTags": .texts,
    "licenses": .list(.string), "replicaZones": .list(.string), "resourcePolicies": .list(.string),
    "sourceImageEncryptionKey": .anything, "sourceSnapshotEncryptionKey": .anything,
  ])
  private static let network = GCPShape.object(
    strings(
      """
      fingerprint igmpQuery ipv6AccessType ipv6Address kind name network networkAttachment networkIP \
      nicType parentNicName serviceClassId stackType subnetwork
      """)
  ).with([
    "internalIpv6PrefixLength": .integer, "queueCount": .integer, "vlan": .integer,
    "enableVpcScopedDns": .boolean, "accessConfigs": .anything, "aliasIpRanges": .anything,
    "aliasIpv6Ranges": .anything, "ipv6AccessConfigs": .anything,
  ])
}
