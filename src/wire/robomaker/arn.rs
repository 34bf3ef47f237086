//! The service's names of resources.

/// Whose a resource is: the head of its ARN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    pub partition: String,
    pub region: String,
    pub account: String,
}

/// That of the service's samples.
impl Default for Owner {
    fn default() -> Owner {
        Owner {
            partition: "aws".to_owned(),
            region: "us-west-2".to_owned(),
            account: "111111111111".to_owned(),
        }
    }
}

impl Owner {
    /// The owner that an ARN names; none if it is not one of the service's.
    pub fn of(arn: &str) -> Option<Owner> {
        let mut parts = arn.splitn(6, ':');
        match [(); 6].map(|()| parts.next()) {
            [
                Some("arn"),
                Some(partition),
                Some("robomaker"),
                Some(region),
                Some(account),
                Some(_),
            ] => Some(Owner {
                partition: partition.to_owned(),
                region: region.to_owned(),
                account: account.to_owned(),
            }),
            _ => None,
        }
    }

    /// The ARN of a resource of a kind, such as `robot`, that was created at a moment [ms since 1970-01-01 UTC].
    pub fn arn(&self, kind: &str, name: &str, created_ms: i64) -> String {
        format!("{}:{kind}/{name}/{created_ms}", self.head())
    }

    /// The ARN of a deployment job.
    pub fn job_arn(&self, id: &str) -> String {
        format!("{}:deployment-job/deployment-{id}", self.head())
    }

    fn head(&self) -> String {
        format!(
            "arn:{}:robomaker:{}:{}",
            self.partition, self.region, self.account
        )
    }
}

/// The longest name of a resource [characters].
const NAME_MAX: usize = 255;

/// A name with nothing in it that the service takes in no name: 1 to 255 letters, digits, `_` or `-`.
pub fn resource_name(text: &str) -> String {
    let name = text.chars().take(NAME_MAX).map(|c| match c {
        c if c.is_ascii_alphanumeric() => c,
        '_' => '_',
        _ => '-',
    });
    match name.collect::<String>() {
        name if name.is_empty() => "-".to_owned(),
        name => name,
    }
}

/// Twelve characters of base 36, as in the name of a job.
pub fn base36(mut number: u64) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut id = [b'0'; 12];
    for digit in id.iter_mut().rev() {
        *digit = DIGITS[(number % 36) as usize];
        number /= 36;
    }
    id.iter().map(|byte| char::from(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_read_from_an_arn_of_the_service_and_from_nothing_else() {
        let owner =
            Owner::of("arn:aws-cn:robomaker:cn-north-1:222:deployment-fleet/a:b/3").unwrap();
        assert_eq!(
            owner.arn("robot", "r1", 5),
            "arn:aws-cn:robomaker:cn-north-1:222:robot/r1/5"
        );
        assert_eq!(Owner::of("arn:x"), None);
        assert_eq!(Owner::of("arn:aws:s3:::bucket/key"), None);
        assert_eq!(Owner::of("fleet"), None);
    }

    #[test]
    fn names_are_what_the_service_takes() {
        assert_eq!(resource_name("Halle 3.kühl"), "Halle-3-k-hl");
        assert_eq!(resource_name(""), "-");
        assert_eq!(resource_name(&"x".repeat(300)).len(), 255);
        assert_eq!(base36(35), "00000000000z");
        assert_eq!(base36(u64::MAX).len(), 12);
    }
}
