import Clouds
import FleetModel
import Foundation
import Ports
import TestSupport

/// The credential chains before places that answer with anything, and over files that say anything.
enum CredentialParsers {
  private static let role = """
    [profile base]
    aws_access_key_id = AKIDEXAMPLE
    aws_secret_access_key = s3cret
    [profile role]
    role_arn = arn:aws:iam::111122223333:role/finops
    source_profile = base
    [profile login]
    sso_start_url = https://start.example
    sso_region = us-east-1
    sso_account_id = 111122223333
    sso_role_name = finops
    """
  private static let login = """
    {"startUrl":"https://start.example","accessToken":"a","expiresAt":"2027-11-21T10:00:00Z"}
    """
  /// The login's file is named after the SHA-1 of its start page.
  private static let loginFile = ".aws/sso/cache/1c5a689b7bb92284d0c514c4b1c1e1ce96d9621f.json"

  static let seeds: [[UInt8]] = [
    role, login,
    #"{"Code":"Success","AccessKeyId":"ASIA","SecretAccessKey":"s","Token":"t","Expiration":"2026-11-21T10:00:00Z"}"#,
    #"{"Version":1,"AccessKeyId":"ASIA","SecretAccessKey":"s","SessionToken":"t","Expiration":"2026-11-21T10:00:00Z"}"#,
    #"{"roleCredentials":{"accessKeyId":"ASIA","secretAccessKey":"s","sessionToken":"t","expiration":1795255200000}}"#,
    #"{"access_token":"t","expires_in":3599,"expires_on":"1795255200","token_type":"Bearer"}"#,
    #"{"error":"invalid_client","error_description":"AADSTS7000215: no","error_codes":[7000215]}"#,
    "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>"
      + "<Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
      + "<SessionToken>t</SessionToken><Expiration>2026-11-21T10:00:00Z</Expiration>"
      + "</Credentials></AssumeRoleResult></AssumeRoleResponse>",
    "hf_token\n",
  ].map { Array($0.utf8) }

  /// - Parameter home: a folder of its own, for the files.
  static func all(home: String) throws -> [FuzzedCloud.Parser] {
    let cache = home + "/.aws/sso/cache"
    try FileManager.default.createDirectory(atPath: cache, withIntermediateDirectories: true)
    try Data(role.utf8).write(to: URL(filePath: home + "/config"))
    try Data(login.utf8).write(to: URL(filePath: home + "/" + loginFile))
    try Data("token".utf8).write(to: URL(filePath: home + "/token"))
    let config = ["AWS_CONFIG_FILE": home + "/config"]
    return [
      aws("instance", [:], home), aws("role", config.merging(["AWS_PROFILE": "role"]) { $1 }, home),
      aws("login", config.merging(["AWS_PROFILE": "login"]) { $1 }, home),
      aws("container", ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x"], home),
      aws(
        "web identity",
        [
          "AWS_WEB_IDENTITY_TOKEN_FILE": home + "/token",
          "AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/finops",
        ], home),
      filed(home), azure("secret", secret), azure("metadata", [:]),
    ]
  }

  private static let secret = [
    "AZURE_CLIENT_ID": "app", "AZURE_CLIENT_SECRET": "s", "AZURE_TENANT_ID": azureSubscription,
  ]

  private static func aws(
    _ name: String, _ environment: [String: String], _ home: String
  ) -> FuzzedCloud.Parser {
    (
      "aws " + name,
      { body in
        let chain = AWSCredentialChain(
          environment: environment, home: home, transport: OneAnswer(body: body),
          time: VirtualTime())
        _ = try? await chain.issue()
      }
    )
  }

  private static func azure(
    _ name: String, _ environment: [String: String]
  ) -> FuzzedCloud.Parser {
    (
      "azure " + name,
      { body in
        let chain = AzureCredentials(
          environment: environment, metadata: "http://127.0.0.1:1", program: "/no/such/program",
          transport: OneAnswer(body: body), time: VirtualTime())
        _ = try? await chain.token()
      }
    )
  }

  /// The same bytes as every file: profiles, the login, a token.
  private static func filed(_ home: String) -> FuzzedCloud.Parser {
    (
      "files",
      { body in
        let path = home + "/changed"
        _ = FileManager.default.createFile(atPath: path, contents: Data(body))
        for environment in [["AWS_CONFIG_FILE": path], ["AWS_SHARED_CREDENTIALS_FILE": path]] {
          let chain = AWSCredentialChain(
            environment: environment.merging(["AWS_EC2_METADATA_DISABLED": "true"]) { $1 },
            home: home, profile: "role", transport: OneAnswer(body: body), time: VirtualTime())
          _ = try? await chain.issue()
        }
        _ = try? AccessTokenChain.huggingFace(environment: ["HF_TOKEN_PATH": path], home: home)
          .token()
      }
    )
  }
}
