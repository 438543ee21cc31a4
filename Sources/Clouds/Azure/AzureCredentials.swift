import FleetModel
public import Foundation
import Planner
public import Ports

/// Finds a token for the Resource Manager where Azure's own tools look, in their order.
///
/// The environment's client secret (AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET), then
/// workload identity (AZURE_FEDERATED_TOKEN_FILE beside the first two), then a managed identity
/// (IDENTITY_ENDPOINT with IDENTITY_HEADER, else the metadata service), then the Azure command line.
/// A link that is set and does not work is an error; one that is not set, or a metadata service that
/// is not there, is passed over.
public struct AzureCredentials: Sendable {
  let environment: [String: String]
  let transport: any HTTPTransport
  let time: any TimeSource
  private let audience: String
  private let metadata: String
  private let program: String

  public static let metadataService = "http://169.254.169.254"

  /// - Parameters:
  ///   - audience: whose tokens, "https://management.azure.com"; the Resource Manager of another
  ///     cloud has its own. The login's host is AZURE_AUTHORITY_HOST's, else the public one.
  ///   - metadata: the metadata service, without a path; nil where it must not be asked.
  ///   - program: the Azure command line.
  public init(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    audience: String = "https://management.azure.com",
    metadata: String? = AzureCredentials.metadataService, program: String = "az",
    transport: any HTTPTransport, time: any TimeSource
  ) {
    self.environment = environment
    self.audience = AzurePlace.root(audience)
    self.metadata = AzurePlace.root(metadata ?? "")
    self.program = program
    self.transport = transport
    self.time = time
  }

  /// A token as it is now, from the first link that is there; files are read anew.
  public func token() async throws(ActuateError) -> Issued<AzureToken> {
    var looked: [String] = []
    if let found = try await secret(&looked) { return found }
    if let found = try await workloadIdentity(&looked) { return found }
    if let found = try await managedIdentity(&looked) { return found }
    if let found = await commandLine(&looked) { return found }
    throw Self.refusal("no Azure credentials; looked at " + looked.joined(separator: ", "))
  }

  // MARK: A login

  private func secret(
    _ looked: inout [String]
  ) async throws(ActuateError) -> Issued<AzureToken>? {
    guard let secret = value("AZURE_CLIENT_SECRET") else {
      looked.append("AZURE_CLIENT_SECRET (not set)")
      return nil
    }
    return try await login(
      [("client_secret", secret)], link: "client secret in the environment")
  }

  private func workloadIdentity(
    _ looked: inout [String]
  ) async throws(ActuateError) -> Issued<AzureToken>? {
    guard let path = value("AZURE_FEDERATED_TOKEN_FILE") else {
      looked.append("AZURE_FEDERATED_TOKEN_FILE (not set)")
      return nil
    }
    // Rotated by the kubelet: read for every login.
    guard let content = FileManager.default.contents(atPath: path), !content.isEmpty else {
      throw Self.refusal("\(path) can not be read, or is empty")
    }
    let assertion = String(decoding: content, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    return try await login(
      [("client_assertion_type", kind), ("client_assertion", assertion)],
      link: "workload identity (\(path))")
  }

  private func login(
    _ proof: [(String, String)], link: String
  ) async throws(ActuateError) -> Issued<AzureToken> {
    guard let tenant = value("AZURE_TENANT_ID"), let client = value("AZURE_CLIENT_ID") else {
      throw Self.refusal("\(link): AZURE_TENANT_ID and AZURE_CLIENT_ID are needed beside it")
    }
    let host = value("AZURE_AUTHORITY_HOST") ?? "https://login.microsoftonline.com"
    let fields =
      [("grant_type", "client_credentials"), ("client_id", client)]
      + [("scope", audience + "/.default")] + proof
    let form = fields.map { "\($0.0)=\(AzureRequests.escaped($0.1))" }.joined(separator: "&")
    let request = HTTPRequest(
      method: "POST",
      url: "\(AzurePlace.root(host))/\(AzureRequests.escaped(tenant))/oauth2/v2.0/token",
      headers: [HTTPField("Content-Type", "application/x-www-form-urlencoded")],
      body: Array(form.utf8), limits: Self.limits)
    return try issued(try await exchange(request, link), link)
  }

  // MARK: A managed identity

  private func managedIdentity(
    _ looked: inout [String]
  ) async throws(ActuateError) -> Issued<AzureToken>? {
    if let endpoint = value("IDENTITY_ENDPOINT"), let header = value("IDENTITY_HEADER") {
      let link = "managed identity (IDENTITY_ENDPOINT)"
      let request = identity(
        endpoint, "2019-08-01", HTTPField("X-IDENTITY-HEADER", header), Self.limits)
      return try issued(try await exchange(request, link), link)
    }
    guard !metadata.isEmpty else {
      looked.append("the metadata service (not asked)")
      return nil
    }
    let request = identity(
      metadata + "/metadata/identity/oauth2/token", "2018-02-01", HTTPField("Metadata", "true"),
      Self.metadataLimits)
    // 400: the machine has no identity; 404: no such service, on another cloud's machines.
    guard let reply = try? await transport.send(request), ![400, 404].contains(reply.status) else {
      looked.append("managed identity (the metadata service is not there, or gives none)")
      return nil
    }
    return try issued(reply, "managed identity")
  }

  private func identity(
    _ url: String, _ version: String, _ header: HTTPField, _ limits: HTTPLimits
  ) -> HTTPRequest {
    let client = value("AZURE_CLIENT_ID").map { "&client_id=\(AzureRequests.escaped($0))" } ?? ""
    return HTTPRequest(
      url: "\(url)?api-version=\(version)&resource=\(AzureRequests.escaped(audience))\(client)",
      headers: [header], limits: limits)
  }

  // MARK: The command line

  private func commandLine(_ looked: inout [String]) async -> Issued<AzureToken>? {
    let link = "\(program) account get-access-token"
    var arguments = ["account", "get-access-token", "-o", "json", "--resource", audience]
    if let tenant = value("AZURE_TENANT_ID") { arguments += ["--tenant", tenant] }
    do throws(ActuateError) {
      let output = try await CredentialProgram.output(
        of: program, arguments, environment: environment)
      guard let said = AzureTokenReply.read(output), let token = said.token else {
        looked.append("\(link) (printed no token)")
        return nil
      }
      return Issued(token, link: "Azure command line", expiresAt: said.end(from: time.now()))
    } catch {
      looked.append("\(link) (\(error))")
      return nil
    }
  }
}
