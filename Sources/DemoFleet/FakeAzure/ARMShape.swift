/// Which members a request's body may have; one that is not in it is refused, as the vendor does.
indirect enum ARMShape: Sendable {
  case any
  /// The type's name as the vendor's message gives it.
  case object(String, [String: ARMShape])
  case list(ARMShape)

  /// The first member that nobody knows, as the vendor's sentence; nil when all are known.
  func complaint(_ value: ARMValue, at path: String = "") -> String? {
    switch self {
    case .any: return nil
    case .list(let shape):
      for (index, item) in value.items.enumerated() {
        if let complaint = shape.complaint(item, at: "\(path)[\(index)]") { return complaint }
      }
      return nil
    case .object(let type, let known):
      for (name, member) in value.members.sorted(by: { $0.key < $1.key }) {
        let inside = path.isEmpty ? name : "\(path).\(name)"
        guard let shape = known[name] else {
          return "Could not find member '\(name)' on object of type '\(type)'. Path '\(inside)', "
            + "line 1, position 1."
        }
        if let complaint = shape.complaint(member, at: inside) { return complaint }
      }
      return nil
    }
  }

  private static func plain(_ type: String, _ names: String...) -> ARMShape {
    .object(type, Dictionary(uniqueKeysWithValues: names.map { ($0, ARMShape.any) }))
  }

  private static let image = plain(
    "ImageReference", "id", "publisher", "offer", "sku", "version", "sharedGalleryImageId",
    "communityGalleryImageId")

  private static let storage = ARMShape.object(
    "StorageProfile",
    [
      "imageReference": image, "dataDisks": .any, "diskControllerType": .any,
      "osDisk": plain(
        "OSDisk", "osType", "name", "caching", "createOption", "deleteOption", "diskSizeGB",
        "managedDisk", "diffDiskSettings", "writeAcceleratorEnabled"),
    ])

  private static let system = ARMShape.object(
    "OSProfile",
    [
      "computerName": .any, "adminUsername": .any, "adminPassword": .any, "customData": .any,
      "secrets": .any, "allowExtensionOperations": .any, "windowsConfiguration": .any,
      "linuxConfiguration": .object(
        "LinuxConfiguration",
        [
          "disablePasswordAuthentication": .any, "provisionVMAgent": .any, "patchSettings": .any,
          "ssh": .object(
            "SshConfiguration", ["publicKeys": .list(plain("SshPublicKey", "path", "keyData"))]),
        ]),
    ])

  private static let address = ARMShape.object(
    "VirtualMachineNetworkInterfaceIPConfiguration",
    [
      "name": .any,
      "properties": .object(
        "VirtualMachineNetworkInterfaceIPConfigurationProperties",
        [
          "primary": .any, "subnet": plain("SubResource", "id"), "privateIPAddressVersion": .any,
          "publicIPAddressConfiguration": .any,
        ]),
    ])

  private static let network = ARMShape.object(
    "NetworkProfile",
    [
      "networkApiVersion": .any, "networkInterfaces": .any,
      "networkInterfaceConfigurations": .list(
        .object(
          "VirtualMachineNetworkInterfaceConfiguration",
          [
            "name": .any, "tags": .any,
            "properties": .object(
              "VirtualMachineNetworkInterfaceConfigurationProperties",
              [
                "primary": .any, "deleteOption": .any, "ipConfigurations": .list(address),
                "enableAcceleratedNetworking": .any, "networkSecurityGroup": .any,
                "dnsSettings": .any,
              ]),
          ])),
    ])

  /// The body of a machine's PUT.
  static let machine = ARMShape.object(
    "VirtualMachine",
    [
      "location": .any, "zones": .any, "tags": .any, "identity": .any, "plan": .any,
      "properties": .object(
        "VirtualMachineProperties",
        [
          "hardwareProfile": plain("HardwareProfile", "vmSize", "vmSizeProperties"),
          "storageProfile": storage, "osProfile": system, "networkProfile": network,
          "priority": .any, "evictionPolicy": .any,
          "billingProfile": plain(
            "BillingProfile", "maxPrice"),
          "securityProfile": .any, "diagnosticsProfile": .any, "licenseType": .any,
          "userData": .any, "scheduledEventsProfile": .any, "capacityReservation": .any,
        ]),
    ])

  /// The body of a machine's PATCH, as far as it is answered here.
  static let machineUpdate = plain("VirtualMachineUpdate", "tags")

  static let scaleSetUpdate = ARMShape.object(
    "VirtualMachineScaleSetUpdate",
    ["sku": plain("Sku", "name", "tier", "capacity"), "tags": .any])

  static let instances = plain("VirtualMachineScaleSetVMInstanceRequiredIDs", "instanceIds")
}
