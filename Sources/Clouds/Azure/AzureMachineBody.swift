import FleetModel
import Planner

/// What a new virtual machine is to be: the body of its PUT.
struct AzureMachineBody: Encodable, Sendable, Hashable {
  var location: String
  var zones: [String]?
  var tags: [String: String]
  var properties: Properties

  struct Properties: Encodable, Sendable, Hashable {
    var hardwareProfile: Hardware
    var storageProfile: Storage
    var osProfile: System?
    var networkProfile: Network
    /// "Spot"; absent for an ordinary machine.
    var priority: String?
    var evictionPolicy: String?
    var billingProfile: Billing?
  }

  struct Hardware: Encodable, Sendable, Hashable { var vmSize: String }
  struct Billing: Encodable, Sendable, Hashable { var maxPrice: Int }

  struct Storage: Encodable, Sendable, Hashable {
    var imageReference: AzureImage
    var osDisk = Disk()
  }

  struct Disk: Encodable, Sendable, Hashable {
    var createOption = "FromImage"
    /// Goes with the machine: a disk that is left behind is billed for ever.
    var deleteOption = "Delete"
  }

  struct System: Encodable, Sendable, Hashable {
    var computerName: String
    var adminUsername: String
    var linuxConfiguration: Linux
  }

  struct Linux: Encodable, Sendable, Hashable {
    var disablePasswordAuthentication = true
    var ssh: Keys
  }

  struct Keys: Encodable, Sendable, Hashable { var publicKeys: [Key] }
  struct Key: Encodable, Sendable, Hashable {
    var path: String
    var keyData: String
  }

  /// The card is made and given back with the machine, so that no second call and no second
  /// permission on cards is needed.
  struct Network: Encodable, Sendable, Hashable {
    var networkApiVersion = "2022-11-01"
    var networkInterfaceConfigurations: [Card]
  }

  struct Card: Encodable, Sendable, Hashable {
    var name = "nic"
    var properties: CardProperties
  }

  struct CardProperties: Encodable, Sendable, Hashable {
    var primary = true
    var deleteOption = "Delete"
    var ipConfigurations: [Address]
  }

  struct Address: Encodable, Sendable, Hashable {
    var name = "ip"
    var properties: AddressProperties
  }

  struct AddressProperties: Encodable, Sendable, Hashable {
    var primary = true
    var subnet: Reference
  }

  struct Reference: Encodable, Sendable, Hashable { var id: String }
}

extension AzureMachineBody {
  init(
    _ spec: LaunchSpec, image: AzureImage, subnet: String, name: String, tags: [String: String],
    login: AzureLogin?
  ) {
    location = spec.region.rawValue
    zones = spec.zone.map { [$0] }
    self.tags = tags
    let address = Address(properties: AddressProperties(subnet: Reference(id: subnet)))
    let isSpot = spec.capacity == .spot
    properties = Properties(
      hardwareProfile: Hardware(vmSize: spec.type.rawValue),
      storageProfile: Storage(imageReference: image),
      osProfile: login.map { System(name: name, $0) },
      networkProfile: Network(
        networkInterfaceConfigurations: [
          Card(properties: CardProperties(ipConfigurations: [address]))
        ]),
      // Deallocated, not deleted, on eviction: its disks stay and it can be started again. The
      // price limit -1 is "up to the ordinary price", so that only capacity evicts it.
      priority: isSpot ? "Spot" : nil, evictionPolicy: isSpot ? "Deallocate" : nil,
      billingProfile: isSpot ? Billing(maxPrice: -1) : nil)
  }
}

extension AzureMachineBody.System {
  init(name: String, _ login: AzureLogin) {
    let key = AzureMachineBody.Key(
      path: "/home/\(login.name)/.ssh/authorized_keys", keyData: login.publicKey)
    self.init(
      computerName: name, adminUsername: login.name,
      linuxConfiguration: AzureMachineBody.Linux(ssh: AzureMachineBody.Keys(publicKeys: [key])))
  }
}

/// Where a disk comes from: an id, or the four names of a marketplace image.
struct AzureImage: Encodable, Sendable, Hashable {
  var id: String?
  var communityGalleryImageId: String?
  var sharedGalleryImageId: String?
  var publisher: String?
  var offer: String?
  var sku: String?
  var version: String?

  /// Reads "/subscriptions/…" (an image or a gallery's version of one), "/CommunityGalleries/…",
  /// "/SharedGalleries/…" or "publisher:offer:sku:version"; nil otherwise.
  init?(_ text: String) {
    let lower = text.lowercased()
    if lower.hasPrefix("/subscriptions/") {
      id = text
    } else if lower.hasPrefix("/communitygalleries/") {
      communityGalleryImageId = text
    } else if lower.hasPrefix("/sharedgalleries/") {
      sharedGalleryImageId = text
    } else {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 4, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
      (publisher, offer, sku, version) = (parts[0], parts[1], parts[2], parts[3])
    }
  }
}
