//! Sorting numbers that lie close together.

/// Sorts numbers of which none comes twice. Where they lie close together, as the tracks of a
/// range of time do, each is noted as a bit and read off in order, and nothing is compared.
pub(crate) fn sort(numbers: &mut Vec<u32>) {
    let (Some(low), Some(high)) = (numbers.iter().min(), numbers.iter().max()) else {
        return;
    };
    let (low, words) = (*low, (high - low) as usize / 64 + 1);
    if words > numbers.len() {
        return numbers.sort_unstable();
    }
    let mut bits = vec![0_u64; words];
    for number in numbers.drain(..) {
        let place = number - low;
        if let Some(word) = bits.get_mut(place as usize / 64) {
            *word |= 1 << (place % 64);
        }
    }
    for (index, mut word) in bits.into_iter().enumerate() {
        while word != 0 {
            numbers.push(low + index as u32 * 64 + word.trailing_zeros());
            word &= word - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_are_sorted_whether_they_lie_close_together_or_not(
            numbers in prop::collection::hash_set(0..2_000_u32, 0..300),
            spread in 1..200_u32,
            start in 0..u32::MAX - 400_000,
        ) {
            let mut numbers: Vec<u32> = numbers.iter().map(|n| start + n * spread).collect();
            let sorted: BTreeSet<u32> = numbers.iter().copied().collect();
            sort(&mut numbers);
            prop_assert!(numbers.iter().eq(&sorted));
        }
    }

    #[test]
    fn the_highest_numbers_are_sorted_too() {
        let mut numbers = vec![u32::MAX, u32::MAX - 64, u32::MAX - 1];
        sort(&mut numbers);
        assert_eq!(numbers, [u32::MAX - 64, u32::MAX - 1, u32::MAX]);
    }
}
