import FleetModel
import Planner

/// The IAM policy for a set of permissions, as small as IAM's own conditions allow.
///
/// What looks has no resource in IAM and gets "*". What acts on a thing that is there needs the
/// fleet's tag on it; what makes a thing needs the tag in the request; tags are set only while
/// something is made. "*" as the tag's value may be narrowed to one fleet's name.
enum AWSPolicy {
  /// A statement for all permissions of one scope.
  private enum Scope: String, CaseIterable {
    case look = "FinopsLook"
    case ownInstances = "FinopsOwnInstances"
    case ownGroups = "FinopsOwnGroups"
    case ownEndpoints = "FinopsOwnEndpoints"
    case make = "FinopsLaunch"
    case parts = "FinopsLaunchParts"
    case tagging = "FinopsTagAtLaunch"
  }

  /// What needs no statement in the caller's own policy: it is always allowed, or the role that is
  /// taken on has to allow it.
  private static let elsewhere: Set = [
    "sts:GetCallerIdentity", "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity",
  ]
  private static let makes: Set = ["ec2:RunInstances", "ec2:CreateFleet"]

  static func document(_ permissions: [Permission]) -> String {
    var names: [Scope: [String]] = [:]
    for permission in permissions where !elsewhere.contains(permission.name) {
      for scope in scopes(of: permission) { names[scope, default: []].append(permission.name) }
    }
    let statements = Scope.allCases.compactMap { scope in
      names[scope].map { statement(scope, Set($0).sorted()) }
    }
    let document: AWSJSON = ["Version": "2012-10-17", "Statement": .list(statements)]
    return document.indented
  }

  private static func scopes(of permission: Permission) -> [Scope] {
    guard permission.acts else { return [.look] }
    if makes.contains(permission.name) { return [.make, .parts] }
    if permission.name == "ec2:CreateTags" { return [.tagging] }
    if permission.name.hasPrefix("ec2:") { return [.ownInstances] }
    return permission.name.hasPrefix("autoscaling:") ? [.ownGroups] : [.ownEndpoints]
  }

  private static func statement(_ scope: Scope, _ names: [String]) -> AWSJSON {
    var fields: [String: AWSJSON] = [
      "Sid": .text(scope.rawValue), "Effect": "Allow", "Action": .list(names.map { .text($0) }),
      "Resource": .list(resources(scope).map { .text($0) }),
    ]
    if let condition = condition(scope) { fields["Condition"] = condition }
    return .object(fields)
  }

  private static func resources(_ scope: Scope) -> [String] {
    switch scope {
    case .look: ["*"]
    case .ownInstances: [instance]
    case .ownGroups: ["arn:aws:autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/*"]
    case .ownEndpoints:
      [
        "arn:aws:application-autoscaling:*:*:scalable-target/*",
        "arn:aws:sagemaker:*:*:endpoint/*", "arn:aws:sagemaker:*:*:inference-component/*",
      ]
    case .make: [instance]
    // What a launch is made of, and the fleet that launches it; a fleet's volumes are untagged.
    case .parts:
      [
        "arn:aws:ec2:*::image/*", "arn:aws:ec2:*:*:capacity-reservation/*",
        "arn:aws:ec2:*:*:fleet/*", "arn:aws:ec2:*:*:launch-template/*",
        "arn:aws:ec2:*:*:network-interface/*", "arn:aws:ec2:*:*:security-group/*",
        "arn:aws:ec2:*:*:spot-instances-request/*", "arn:aws:ec2:*:*:subnet/*", volume,
      ]
    case .tagging: [instance, volume]
    }
  }

  private static let instance = "arn:aws:ec2:*:*:instance/*"
  private static let volume = "arn:aws:ec2:*:*:volume/*"

  private static func condition(_ scope: Scope) -> AWSJSON? {
    switch scope {
    case .look, .parts: nil
    case .ownInstances, .ownGroups, .ownEndpoints:
      ["StringLike": .object(["aws:ResourceTag/\(Tag.fleet)": "*"])]
    case .make: ["StringLike": .object(["aws:RequestTag/\(Tag.fleet)": "*"])]
    case .tagging:
      ["StringEquals": ["ec2:CreateAction": ["CreateFleet", "RunInstances"]]]
    }
  }
}
