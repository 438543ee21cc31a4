public import Ports

/// A bearer token for the Azure Resource Manager.
public struct AzureToken: Sendable, Hashable {
  public var bearer: Secret
  public init(_ bearer: Secret) { self.bearer = bearer }
}

/// How people get into the machines that are made: a name and a public key.
public struct AzureLogin: Sendable, Hashable {
  public var name: String
  /// One line as in authorized_keys, "ssh-ed25519 AAAA… who".
  public var publicKey: String

  public init(name: String, publicKey: String) {
    self.name = name
    self.publicKey = publicKey
  }
}
