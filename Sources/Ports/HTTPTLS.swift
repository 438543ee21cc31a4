/// Whom an https request trusts and who it says we are, in place of the transport's own settings.
public struct HTTPTLS: Sendable, Hashable {
  /// Certificates in PEM that are trusted in place of the system's; nil: the system's.
  public var authorities: String?
  /// Our certificate in PEM, the whole chain, with its key.
  public var identity: Identity?
  /// The name in the other side's certificate, where it is not the URL's host; it is also the one
  /// that is asked for (SNI).
  public var serverName: String?
  /// False: any certificate is taken. Only where a person has asked for that.
  public var verifies: Bool

  public init(
    authorities: String? = nil, identity: Identity? = nil, serverName: String? = nil,
    verifies: Bool = true
  ) {
    self.authorities = authorities
    self.identity = identity
    self.serverName = serverName
    self.verifies = verifies
  }

  /// A client certificate; its key is never shown.
  public struct Identity: Sendable, Hashable {
    public var certificate: String
    public var key: Secret
    public init(certificate: String, key: Secret) {
      self.certificate = certificate
      self.key = key
    }
  }
}
